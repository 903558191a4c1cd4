import { basename } from "../../host/paths.ts";
import { readRegular, reasonOf } from "../../files/regular-file.ts";
import { UserError } from "../../user-error.ts";
import { isRecord } from "../tables/records.ts";
import { checkTokenizerDocument } from "./check-document.ts";
import { bertNormalizer, wordPieceDocument } from "./learn-word-piece.ts";
import { mergesDocument } from "./merges-document.ts";
import { componentsOf } from "./text-pieces.ts";
import { specialAliases, specialTokens } from "./special-tokens.ts";
import {
  type AddedToken,
  type Component,
  type TokenizerDocument,
  type TokenizerModel,
  tokenizerDocument,
  vocabularyOf,
} from "./tokenizer-document.ts";

/** Ten times the size of the largest tokenizers that models use. */
export const largestVocabulary = 2 ** 28;

export interface VocabularyFile {
  readonly path: string;
  /** The file's name in the specification. */
  readonly name: string;
  readonly model: TokenizerModel["type"];
  readonly lowercase: boolean;
}

/**
 * Reads a `vocab.txt` (WordPiece), a `merges.txt` with the `vocab.json` beside it (byte-level BPE), or a
 * `tokenizer.json`. Its special tokens are moved to the first four ids, and the other tokens follow in their order, so
 * that models can rely on the ids 0 to 3.
 */
export async function readVocabulary({ path, name, model, lowercase }: VocabularyFile): Promise<TokenizerDocument> {
  const text = await textOf(path, name);
  if (isMerges(path)) {
    if (model !== "BPE") throw new UserError("data", `${name} is a list of merges, which only bpe reads.`, "Use bpe.");
    const vocabulary = await textOf(withIds(path), withIds(name));
    return canonical(mergesDocument({ merges: text, vocabulary, name }), lowercase);
  }
  if (basename(path).endsWith(".txt")) {
    if (model !== "WordPiece")
      throw new UserError(
        "data",
        `${name} is a list of words, which only word_piece reads.`,
        "Give a tokenizer.json, or use word_piece.",
      );
    // Lowercasing also strips accents, as in BERT's uncased vocabularies.
    return wordPieceDocument(
      ordinary(text.split(/\r?\n/).filter((line) => line !== "")),
      foldingLetters(bertNormalizer({ lowercase, stripAccents: lowercase })),
    );
  }
  return canonical(parsed(text, name, model), lowercase);
}

async function textOf(path: string, name: string): Promise<string> {
  const bytes = await readRegular(path, largestVocabulary).catch((cause: unknown) => {
    throw new UserError(
      "data",
      `The vocabulary ${name} cannot be read.`,
      `It was expected at ${path}: ${reasonOf(cause)}.`,
      { cause },
    );
  });
  return bytes.toString("utf8");
}

function isMerges(path: string): boolean {
  return basename(path).endsWith("merges.txt");
}

/** The file with the ids of a vocabulary: for `gpt2-merges.txt` it is `gpt2-vocab.json` beside it, else the file itself. */
export function withIds(path: string): string {
  return isMerges(path) ? path.replace(/merges\.txt$/u, "vocab.json") : path;
}

function parsed(text: string, name: string, expected: TokenizerModel["type"]): TokenizerDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(
      "data",
      `The vocabulary ${name} is not JSON.`,
      "Give a tokenizer.json, or for word_piece a vocab.txt.",
      { cause },
    );
  }
  const model = isRecord(value) ? value["model"] : undefined;
  if (isRecord(model) && model["type"] === "Unigram")
    throw new UserError(
      "data",
      `${name} holds a Unigram model, as SentencePiece writes it, which is not read.`,
      "Choose a network whose vocabulary is of byte pairs (bpe) or of word pieces (word_piece).",
    );
  if (!isRecord(model) || !isRecord(model["vocab"]))
    throw new UserError(
      "data",
      `${name} is not a tokenizer.json: it has no model with a vocabulary.`,
      "Use a file written by Hugging Face's tokenizers.",
    );
  if (model["type"] !== expected)
    throw new UserError(
      "data",
      `${name} holds a ${String(model["type"])} model where ${expected} is declared.`,
      "Declare the tokenizer of the file: bpe or word_piece.",
    );
  checkTokenizerDocument(value as TokenizerDocument, name);
  return value as TokenizerDocument;
}

function canonical(document: TokenizerDocument, lowercase: boolean): TokenizerDocument {
  const added = (document.added_tokens ?? []).filter(({ special }) => !special);
  const byId = Object.entries(document.model.vocab).sort(([, left], [, right]) => left - right);
  const vocab = vocabularyOf([...ordinary(byId.map(([token]) => token)), ...added.map(({ content }) => content)]);
  const ids = new Map(Object.entries(vocab));
  const { normalizer, pre_tokenizer, decoder } = document;
  const canonicalDocument = tokenizerDocument(
    { normalizer: foldingLetters(lowercase ? lowercased(normalizer) : normalizer), pre_tokenizer, decoder },
    { ...document.model, vocab, unk_token: specialTokens[1] },
  );
  const moved = added.map((token): AddedToken => ({ ...token, id: ids.get(token.content) ?? token.id }));
  return { ...canonicalDocument, added_tokens: [...canonicalDocument.added_tokens, ...moved] };
}

function ordinary(tokens: readonly string[]): readonly string[] {
  const special = new Set(specialAliases.flat());
  return tokens.filter((token) => !special.has(token));
}

/**
 * Hugging Face's tokenizers fold case letter by letter, and JavaScript folds Σ at the end of a word to ς. Where a
 * normalizer folds case, this makes σ of every Σ first.
 */
function foldingLetters<Normalizer extends Component | null>(normalizer: Normalizer): Normalizer | Component {
  const folds = componentsOf(normalizer).some(
    ({ type, lowercase }) => type === "Lowercase" || (type === "BertNormalizer" && lowercase !== false),
  );
  const letters: Component = { type: "Replace", pattern: { String: "Σ" }, content: "σ" };
  return folds && normalizer ? { type: "Sequence", normalizers: [letters, normalizer] } : normalizer;
}

function lowercased(normalizer: Component | null): Component {
  return normalizer === null
    ? { type: "Lowercase" }
    : { type: "Sequence", normalizers: [{ type: "Lowercase" }, normalizer] };
}
