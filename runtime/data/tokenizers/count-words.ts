/** How often each word stands in texts; a text counts `weight` times. Equal texts are taken apart once. */
export function countWords(texts: Iterable<string>, wordsOf: (text: string) => readonly string[], weight: (text: string) => number = () => 1): Map<string, number> {
  const distinct = new Map<string, number>();
  for (const text of texts) distinct.set(text, (distinct.get(text) ?? 0) + weight(text));
  const counts = new Map<string, number>();
  for (const [text, times] of distinct) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + times);
  return counts;
}
