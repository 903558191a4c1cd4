/** The first ids of every vocabulary, whatever a file has. */
export const specialTokens = ["[PAD]", "[UNK]", "[SEP]", "[MASK]"] as const;

export const specialIds = { padding: 0, unknown: 1, separator: 2, mask: 3 } as const;

/** What vocabularies of other makers call the same four, in the same order. */
export const specialAliases: readonly (readonly string[])[] = [
  ["[PAD]", "<pad>"],
  ["[UNK]", "<unk>"],
  ["[SEP]", "</s>", "<|endoftext|>"],
  ["[MASK]", "<mask>"],
];
