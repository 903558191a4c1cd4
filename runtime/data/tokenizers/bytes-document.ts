import { byteCharacters, byteLevel } from "./learn-bpe.ts";
import { type TokenizerDocument, tokenizerDocument, vocabularyOf } from "./tokenizer-document.ts";

/**
 * Unused ids between the special tokens and the bytes, so that bytes begin at id 6 and the vocabulary has 262 ids, as
 * in the code of Perceiver IO.
 */
const free = ["[FREE4]", "[FREE5]"];

/**
 * A tokenizer with one id for each byte, written as byte-level byte-pair encoding without merges or word boundaries, so
 * that other programs can read it.
 */
export function bytesDocument(
  _texts: Iterable<string>,
  { lowercase }: { readonly lowercase: boolean },
): TokenizerDocument {
  const bytes = { ...byteLevel, use_regex: false };
  return tokenizerDocument(
    { normalizer: lowercase ? { type: "Lowercase" } : null, pre_tokenizer: bytes, decoder: bytes },
    {
      type: "BPE",
      dropout: null,
      unk_token: "[UNK]",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: vocabularyOf([...free, ...byteCharacters()]),
      merges: [],
    },
  );
}
