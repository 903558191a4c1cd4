import { mostFrequent } from "./most-frequent.ts";
import { specialTokens } from "./special-tokens.ts";
import { type TokenizerDocument, tokenizerDocument, vocabularyOf } from "./tokenizer-document.ts";

/**
 * A tokenizer with one id for each Unicode character, the most frequent first, written as byte-pair encoding without
 * merges, so that other programs can read it.
 */
export function learnCharacters(
  texts: Iterable<string>,
  { size, lowercase }: { readonly size: number; readonly lowercase: boolean },
): TokenizerDocument {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const character of lowercase ? text.toLowerCase() : text)
      counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const characters = mostFrequent(counts, size - specialTokens.length);
  return tokenizerDocument(
    { normalizer: lowercase ? { type: "Lowercase" } : null, pre_tokenizer: null, decoder: { type: "Fuse" } },
    {
      type: "BPE",
      dropout: null,
      unk_token: "[UNK]",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: vocabularyOf(characters),
      merges: [],
    },
  );
}
