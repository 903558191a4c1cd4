/** The `most` most frequent strings, most frequent first; of equally frequent ones the one that sorts first by UTF-16 code units. */
export function mostFrequent(counts: ReadonlyMap<string, number>, most: number): string[] {
  return [...counts]
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, most)
    .map(([text]) => text);
}
