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

/** How often each pre-token (a word, in most tokenizers) stands in texts. */
export function countWords(document: TokenizerDocument, texts: Iterable<string>): Map<string, number> {
  const { normalizer, pre_tokenizer } = new Tokenizer({ ...document, added_tokens: [] }, {});
  const counts = new Map<string, number>();
  for (const text of texts) {
    const normal = normalizer === null ? text : normalizer.normalize(text);
    const words = pre_tokenizer === null ? [normal] : pre_tokenizer.pre_tokenize(normal);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
