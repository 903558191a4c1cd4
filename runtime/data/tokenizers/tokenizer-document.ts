import { specialTokens } from "./special-tokens.ts";

/** The subset of Hugging Face's `tokenizer.json` that is written here, which other programs read as well. */
export interface TokenizerDocument {
  readonly version: string;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: Component | null;
  readonly pre_tokenizer: Component | null;
  readonly post_processor: Component | null;
  readonly decoder: Component | null;
  readonly model: TokenizerModel;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly [option: string]: unknown;
}

export interface Component {
  readonly type: string;
  readonly [option: string]: unknown;
}

export interface TokenizerModel extends Component {
  readonly type: "BPE" | "WordPiece";
  readonly vocab: { readonly [token: string]: number };
  readonly unk_token: string;
}

/** The steps that split text before the model encodes it. */
export interface Surroundings {
  readonly normalizer: Component | null;
  readonly pre_tokenizer: Component | null;
  readonly decoder: Component | null;
}

export function tokenizerDocument(surroundings: Surroundings, model: TokenizerModel): TokenizerDocument {
  return {
    version: "1.0",
    added_tokens: specialTokens.map(addedSpecialToken),
    ...surroundings,
    post_processor: null,
    model,
  };
}

function addedSpecialToken(content: string, id: number): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** Ids in the order of the tokens, after those of the special tokens. */
export function vocabularyOf(tokens: Iterable<string>): { readonly [token: string]: number } {
  const vocabulary = new Map<string, number>();
  for (const token of [...specialTokens, ...tokens]) if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size);
  return Object.fromEntries(vocabulary);
}
