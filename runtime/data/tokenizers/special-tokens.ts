/** The tokens with the first ids of every vocabulary, whatever ids a file gives them. */
export const specialTokens = ["[PAD]", "[UNK]", "[SEP]", "[MASK]"] as const;

export const specialIds = { padding: 0, unknown: 1, separator: 2, mask: 3 } as const;

/** The names of the same four tokens in vocabularies of other origin, in the same order. */
export const specialAliases: readonly (readonly string[])[] = [
  ["[PAD]", "<pad>"],
  ["[UNK]", "<unk>"],
  ["[SEP]", "</s>", "<|endoftext|>"],
  ["[MASK]", "<mask>"],
];
