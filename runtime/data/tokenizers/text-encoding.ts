import { Tokenizer } from "@huggingface/tokenizers";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { UserError } from "../../user-error.ts";
import { cutFor } from "./text-pieces.ts";
import type { TokenizerDocument } from "./tokenizer-document.ts";

/** Converts between texts and token ids. */
export interface TextEncoding {
  /** The ids of a text. With `most`, a long text is only read until it has at least that many ids. */
  encode(text: string, most?: number): number[];
  decode(ids: readonly number[]): string;
  /** The highest id plus one. */
  readonly size: number;
  /** Tells if a token begins a word: it has a space before it or, in a WordPiece vocabulary, no `##`. */
  startsWord(id: number): boolean;
}

/**
 * The document for a library that encodes texts. Only the program writes special tokens: a text that contains "[MASK]" is
 * encoded like any other text, so the library does not get to know the special tokens.
 */
export function withoutSpecialTokens(document: TokenizerDocument): TokenizerDocument {
  return { ...document, added_tokens: document.added_tokens.filter(({ special }) => !special) };
}

/** Creates the encoding of a `tokenizer.json`. */
export function textEncoding(document: TokenizerDocument): TextEncoding {
  const tokenizer = guarded(
    () => new Tokenizer({ ...withoutSpecialTokens(document) }, { clean_up_tokenization_spaces: false }),
  );
  const cut = cutFor(document) ?? whole;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(document.model.vocab)) tokens[id] = token;
  const start = document.model.type === "WordPiece" ? /^(?!##)/u : /^[\sĠĊĉč▁]/u;
  const starts = tokens.map((token) => start.test(token));
  return {
    size: tokens.length,
    startsWord: (id) => starts[id] ?? false,
    encode: (text, most = Number.POSITIVE_INFINITY) => {
      const ids: number[] = [];
      for (const piece of cut(text)) {
        for (const id of guarded(() => tokenizer.encode(piece, { add_special_tokens: false }).ids)) ids.push(id);
        if (ids.length >= most) break;
      }
      return ids;
    },
    decode: (ids) => (ids.length === 0 ? "" : guarded(() => tokenizer.decode([...ids]))),
  };
}

/** Converts errors of the library, which throws on an invalid tokenizer file, to a `UserError`. */
function guarded<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    throw new UserError(
      "data",
      `The tokenizer cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      "Use a tokenizer.json written by Hugging Face's tokenizers; for a trained model, restore preprocessing.json.",
      { cause },
    );
  }
}

function whole(text: string): readonly string[] {
  if (text.length > limitOf("text"))
    throw new UnreadableValue(
      `it has ${text.length} characters, which its tokenizer must read at once: ${beyondLimit("text", "characters")}`,
    );
  return text === "" ? [] : [text];
}
