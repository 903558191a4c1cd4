import { Tokenizer } from "@huggingface/tokenizers";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { UserError } from "../../user-error.ts";
import { cutFor } from "./text-pieces.ts";
import type { TokenizerDocument } from "./tokenizer-document.ts";

/** Text to ids and back. */
export interface TextEncoding {
  /** With `most`, only as much of a long text is read as has so many ids, or a few more. */
  encode(text: string, most?: number): number[];
  decode(ids: readonly number[]): string;
  /** One more than the highest id. */
  readonly size: number;
  /** Whether a token begins a word: with a space before it, or, in a WordPiece vocabulary, without `##`. */
  startsWord(id: number): boolean;
}

/**
 * Encodes by a `tokenizer.json`. Special tokens are for the program alone: a text that happens to hold "[MASK]" is encoded letter by letter,
 * so the library is not told about them.
 */
export function textEncoding(document: TokenizerDocument): TextEncoding {
  const tokenizer = guarded(
    () =>
      new Tokenizer(
        { ...document, added_tokens: document.added_tokens.filter(({ special }) => !special) },
        { clean_up_tokenization_spaces: false },
      ),
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

/** The library throws what it meets: a file that is none of a tokenizer's is the user's to mend. */
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
