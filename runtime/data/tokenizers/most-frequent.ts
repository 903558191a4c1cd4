/**
 * The `most` most frequent strings, in order of falling frequency, and among equally frequent ones by UTF-16 code
 * units.
 */
export function mostFrequent(counts: ReadonlyMap<string, number>, most: number): string[] {
  return [...counts]
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, most)
    .map(([text]) => text);
}
