import { Tokenizer } from "@huggingface/tokenizers";
import { countWords } from "./count-words.ts";
import type { LearnOptions } from "./learn-options.ts";
import { learnMerges } from "./learn-merges.ts";
import { mostFrequent } from "./most-frequent.ts";
import { specialTokens } from "./special-tokens.ts";
import { type Component, type TokenizerDocument, tokenizerDocument, vocabularyOf } from "./tokenizer-document.ts";

const prefix = "##";

/**
 * WordPiece (Devlin et al., 2019), whose encoding takes the longest matching piece first. The vocabulary is learnt by
 * merging the most frequent pair, as in Hugging Face's trainer; the likelihood criterion of Schuster & Nakajima (2012)
 * was never published as code. The alphabet consists of the most frequent characters of the texts, and takes at most
 * half of the vocabulary.
 */
export function learnWordPiece(texts: Iterable<string>, { size, lowercase, limit }: LearnOptions): TokenizerDocument {
  const normalization = bertNormalizer({ lowercase, stripAccents: false });
  const { normalizer, pre_tokenizer: preTokenizer } = new Tokenizer(wordPieceDocument([], normalization), {});
  const wordsOf = (stretch: string): readonly string[] =>
    preTokenizer?.pre_tokenize(normalizer?.normalize(stretch) ?? stretch) ?? [];
  // Neither step crosses white space, so each text between white space is processed once, however often it occurs.
  const stretches = countWords(texts, (text) => text.split(/\s+/u), { limit });
  const counts = [
    ...countWords(stretches.keys(), wordsOf, { weight: (stretch) => stretches.get(stretch) ?? 0, limit }),
  ];
  const pieces = new Map<string, number>();
  for (const [word, count] of counts)
    for (const piece of piecesOf(word)) pieces.set(piece, (pieces.get(piece) ?? 0) + count);
  const room = size - specialTokens.length;
  const tokens = mostFrequent(pieces, counts.length === 0 ? 0 : Math.ceil(room / 2));
  const ids = new Map(tokens.map((token, id) => [token, id]));
  // A word with a character outside of the alphabet is unknown as a whole, so that merges are not learnt from it.
  const words = counts
    .map(([word, count]) => ({ symbols: piecesOf(word).map((piece) => ids.get(piece)), count }))
    .filter((word): word is { symbols: number[]; count: number } => !word.symbols.includes(undefined));
  const alphabet = tokens.length;
  learnMerges(words, {
    alphabet,
    merges: room - alphabet,
    mergedId: (left, right, next) => {
      const token = `${tokens[left]}${(tokens[right] ?? "").slice(prefix.length)}`;
      const id = ids.get(token) ?? next;
      if (id === next) {
        ids.set(token, next);
        tokens.push(token);
      }
      return id;
    },
  });
  return wordPieceDocument(tokens, normalization);
}

export function wordPieceDocument(tokens: Iterable<string>, normalizer: Component): TokenizerDocument {
  return tokenizerDocument(
    { normalizer, pre_tokenizer: { type: "BertPreTokenizer" }, decoder: { type: "WordPiece", prefix, cleanup: false } },
    {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: prefix,
      max_input_chars_per_word: 100,
      vocab: vocabularyOf(tokens),
    },
  );
}

export function bertNormalizer({
  lowercase,
  stripAccents,
}: {
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
}): Component {
  return {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: stripAccents,
    lowercase,
  };
}

function piecesOf(word: string): string[] {
  return Array.from(word, (character, index) => (index === 0 ? character : prefix + character));
}
