import { countWords } from "./count-words.ts";
import type { LearnOptions } from "./learn-options.ts";
import { mostFrequent } from "./most-frequent.ts";
import { specialTokens } from "./special-tokens.ts";
import { type TokenizerDocument, tokenizerDocument, vocabularyOf } from "./tokenizer-document.ts";

/** A special token that a text contains is written in small letters, because only the program writes special tokens. */
const inSmallLetters = specialTokens.map((token) => ({ token, plain: token.toLowerCase() }));

/** No word has white space, so no word continues another one. */
const prefix = " ";

/**
 * A tokenizer with one id for each word between white space, the most frequent first. It is written as a WordPiece
 * vocabulary without continuations, so that other programs can read it: a word outside of the vocabulary is unknown as a
 * whole.
 */
export function learnWords(texts: Iterable<string>, { size, lowercase, limit }: LearnOptions): TokenizerDocument {
  const normalised = (text: string): string =>
    lowercase
      ? text.toLowerCase()
      : inSmallLetters.reduce((changed, { token, plain }) => changed.replaceAll(token, plain), text);
  const counts = countWords(texts, (text) => normalised(text).match(/\S+/gu) ?? [], { limit });
  return tokenizerDocument(
    {
      normalizer: lowercase
        ? { type: "Lowercase" }
        : {
            type: "Sequence",
            normalizers: inSmallLetters.map(({ token, plain }) => ({
              type: "Replace",
              pattern: { String: token },
              content: plain,
            })),
          },
      pre_tokenizer: { type: "WhitespaceSplit" },
      decoder: { type: "WordPiece", prefix, cleanup: false },
    },
    {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: prefix,
      max_input_chars_per_word: 100,
      vocab: vocabularyOf(mostFrequent(counts, size - specialTokens.length)),
    },
  );
}
