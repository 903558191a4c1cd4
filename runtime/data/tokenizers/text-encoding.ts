import { Tokenizer } from "@huggingface/tokenizers";
import type { TokenizerDocument } from "./tokenizer-document.ts";

/** Text to ids and back. */
export interface TextEncoding {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
}

/**
 * Encodes by a `tokenizer.json`. Special tokens are for the program alone: a text that happens to hold "[MASK]" is encoded letter by letter,
 * so the library is not told about them.
 */
export function textEncoding(document: TokenizerDocument): TextEncoding {
  const tokenizer = new Tokenizer({ ...document, added_tokens: document.added_tokens.filter(({ special }) => !special) }, { clean_up_tokenization_spaces: false });
  return {
    encode: (text) => (text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) => (ids.length === 0 ? "" : tokenizer.decode([...ids])),
  };
}
