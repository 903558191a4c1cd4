/** Lower-case words and numbers of a text. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

export function countsOf<Item>(items: readonly Item[]): Map<Item, number> {
  const counts = new Map<Item, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** The logarithm of each word's frequency among these, with add-one smoothing over the vocabulary. */
export function logShares(words: readonly string[], vocabulary: number): (word: string) => number {
  const counts = countsOf(words);
  return (word) => Math.log(((counts.get(word) ?? 0) + 1) / (words.length + vocabulary));
}

/** The Jaccard similarity of the words of two texts (Jaccard, 1912). */
export function overlap(left: string, right: string): number {
  const [one, other] = [new Set(wordsOf(left)), new Set(wordsOf(right))];
  const common = [...one].filter((word) => other.has(word)).length;
  return common / Math.max(one.size + other.size - common, 1);
}
