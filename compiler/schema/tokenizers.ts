import type { CallableTable } from "./types.ts";

const size = {
  type: { kind: "int", min: 8, max: 1000000 },
  default: 2000,
  unit: "tokens",
  doc: "Size of the vocabulary, special tokens included. A smaller learnt vocabulary is padded to it; a larger file is an error, because shapes must be known before data is read.",
} as const;
const file = {
  type: { kind: "string", names: "file" },
  doc: "A vocabulary file to use instead of learning one from the training split; relative to the specification.",
} as const;

/** Tokenizers. Ids 0 to 3 are always padding, unknown, separator and mask. */
export const tokenizers = {
  bpe: {
    doc: "Byte-level byte-pair encoding, learnt from the training split or read from a `tokenizer.json`.",
    source: "Sennrich et al., 2016; byte level as in Radford et al., 2019",
    options: { size, file },
  },
  word_piece: {
    doc: "WordPiece with `##` continuations, learnt from the training split or read from a `vocab.txt` or `tokenizer.json`.",
    source: "Wu et al., 2016; Devlin et al., 2019",
    options: { size, file },
  },
  bytes: {
    doc: "One id for each byte of the text's UTF-8: no vocabulary is learnt and no text is unknown. Bytes have ids 6 to 261; ids 4 and 5 are unused.",
    source: "Perceiver IO; Jaegle et al., 2021, §4.1",
    options: { size: { ...size, type: { kind: "int", min: 262, max: 1000000 }, default: 262 } },
  },
  characters: {
    doc: "One id for each Unicode character, the most frequent ones of the training split.",
    options: { size: { ...size, default: 256 } },
  },
  words: {
    doc: "One id for each word between white space, punctuation included, the most frequent ones of the training split: a text has as many tokens as words.",
    options: { size },
  },
} as const satisfies CallableTable;

const specialTokens = 4;

/** Smallest size of a vocabulary that is learnt, with the reason; one that is read from a file may be smaller. */
export const learntTokenizers: {
  readonly [Kind in keyof typeof tokenizers]: { readonly leastSize: number; readonly of: string };
} = {
  bpe: { leastSize: 256 + specialTokens, of: "256 bytes and the special tokens" },
  word_piece: { leastSize: specialTokens + 1, of: "the special tokens and a piece" },
  bytes: { leastSize: 262, of: "256 bytes and the special tokens" },
  characters: { leastSize: specialTokens + 1, of: "the special tokens and a character" },
  words: { leastSize: specialTokens + 1, of: "the special tokens and a word" },
};
