import { learnMerges } from "./learn-merges.ts";
import { specialTokens } from "./special-tokens.ts";
import { countWords } from "./count-words.ts";
import type { LearnOptions } from "./learn-options.ts";
import { type Surroundings, type TokenizerDocument, tokenizerDocument, vocabularyOf } from "./tokenizer-document.ts";

export const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };

/**
 * Words as GPT-2 and the `ByteLevel` pre-tokenizer split them: contractions, letters, digits and signs, each with an
 * optional space before it.
 */
const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * Byte-level byte-pair encoding (Radford et al., 2019, §2.2): texts are split into words as in GPT-2, and the alphabet
 * is all UTF-8 bytes, so that no text is unknown and decoding restores every text. `size` includes the special tokens
 * and the 256 bytes.
 */
export function learnBpe(texts: Iterable<string>, { size, lowercase, limit }: LearnOptions): TokenizerDocument {
  const surroundings: Surroundings = {
    normalizer: lowercase ? { type: "Lowercase" } : null,
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
  };
  const tokens = byteCharacters();
  const document = (merges: readonly (readonly [string, string])[]): TokenizerDocument =>
    tokenizerDocument(surroundings, {
      type: "BPE",
      dropout: null,
      unk_token: "[UNK]",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: vocabularyOf(tokens),
      merges,
    });

  const ids = new Map(tokens.map((token, id) => [token, id]));
  const encoder = new TextEncoder();
  const counts = countWords(texts, (text) => (lowercase ? text.toLowerCase() : text).match(words) ?? [], { limit });
  const spelt = [...counts].map(([word, count]) => ({ symbols: [...encoder.encode(word)], count }));
  const learnt = learnMerges(spelt, {
    alphabet: tokens.length,
    merges: size - specialTokens.length - tokens.length,
    mergedId: (left, right, next) => {
      const token = `${tokens[left]}${tokens[right]}`;
      const id = ids.get(token) ?? next;
      if (id === next) {
        ids.set(token, next);
        tokens.push(token);
      }
      return id;
    },
  });
  return document(learnt.map(({ left, right }) => [tokens[left] ?? "", tokens[right] ?? ""]));
}

/**
 * A visible character for each byte, in the order of the bytes, as in GPT-2: printable Latin-1 characters represent
 * themselves, the others are numbered from U+0100.
 */
export function byteCharacters(): string[] {
  let hidden = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const prints = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    if (prints) return String.fromCharCode(byte);
    hidden += 1;
    return String.fromCharCode(hidden - 1);
  });
}
