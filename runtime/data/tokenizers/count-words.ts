/** A longer word is none, and is looked at in short stretches: learning looks through a whole word for each merge in it. */
const longestWord = 2 ** 16;
const stretch = 256;

/** How often each word stands in texts; a text counts `weight` times. Equal texts are taken apart once. */
export function countWords(
  texts: Iterable<string>,
  wordsOf: (text: string) => readonly string[],
  weight: (text: string) => number = () => 1,
): Map<string, number> {
  const distinct = new Map<string, number>();
  for (const text of texts) distinct.set(text, (distinct.get(text) ?? 0) + weight(text));
  const counts = new Map<string, number>();
  for (const [text, times] of distinct) {
    for (const word of wordsOf(text))
      for (const part of stretches(word)) counts.set(part, (counts.get(part) ?? 0) + times);
  }
  return counts;
}

function stretches(word: string): readonly string[] {
  return word.length > longestWord ? (word.match(new RegExp(`.{1,${stretch}}`, "gsu")) ?? []) : [word];
}
