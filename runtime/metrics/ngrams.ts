/** The number of occurrences of each n-gram of some units, which are words or characters. */
export type NgramCounts = ReadonlyMap<string, number>;

export function ngramsOf(units: readonly string[], order: number): NgramCounts {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= units.length; start++) {
    const ngram = units.slice(start, start + order).join("\u0000");
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

export function total(counts: NgramCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** The number of n-grams that two texts have in common. */
export function inCommon(one: NgramCounts, other: NgramCounts): number {
  return [...one].reduce((sum, [ngram, count]) => sum + Math.min(count, other.get(ngram) ?? 0), 0);
}
