import { byteCharacters, byteLevel } from "./learn-bpe.ts";
import { type TokenizerDocument, tokenizerDocument, vocabularyOf } from "./tokenizer-document.ts";

/** Ids between the special tokens and the bytes, so that bytes begin at 6 and a vocabulary has 262 ids as in Perceiver IO's code. */
const free = ["[FREE4]", "[FREE5]"];

/** One id for each byte: byte-level byte-pair encoding without a merge and without cutting words, so that other programs can read it. */
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
