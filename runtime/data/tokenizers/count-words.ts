import { BoundedCounts } from "../fit/bounded-counts.ts";

/**
 * A longer text without a boundary is not a word, and is counted in short segments, because learning searches a whole
 * word for each merge in it.
 */
const longestWord = 2 ** 16;
const stretch = 256;

/** A limit on the memory for counting words. */
export interface CountingLimit {
  /** The bytes for the counts, and for what is computed from them. */
  readonly bytes: number;
  /** Called if rare words were forgotten. */
  readonly onForgotten: () => void;
}

/**
 * Counts how often each word occurs in texts; a text counts `weight` times. Unless memory is limited, equal texts are
 * split into words once.
 */
export function countWords(
  texts: Iterable<string>,
  wordsOf: (text: string) => readonly string[],
  {
    weight = () => 1,
    limit,
  }: { readonly weight?: (text: string) => number; readonly limit?: CountingLimit | undefined } = {},
): Map<string, number> {
  const counting = new BoundedCounts(limit?.bytes);
  for (const [text, times] of limit ? weighted(texts, weight) : distinctTexts(texts, weight))
    for (const word of wordsOf(text)) for (const part of stretches(word)) counting.add(part, times);
  if (counting.forgot) limit?.onForgotten();
  return counting.counts;
}

type WeightedTexts = Iterable<readonly [text: string, weight: number]>;

function distinctTexts(texts: Iterable<string>, weight: (text: string) => number): WeightedTexts {
  const distinct = new Map<string, number>();
  for (const text of texts) distinct.set(text, (distinct.get(text) ?? 0) + weight(text));
  return distinct;
}

function* weighted(texts: Iterable<string>, weight: (text: string) => number): Generator<readonly [string, number]> {
  for (const text of texts) yield [text, weight(text)];
}

function stretches(word: string): readonly string[] {
  return word.length > longestWord ? (word.match(new RegExp(`.{1,${stretch}}`, "gsu")) ?? []) : [word];
}
