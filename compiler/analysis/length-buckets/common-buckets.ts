import { type TextLengths, variantKey } from "../../stage/plan.ts";

/** The buckets of one task, and the modalities that it reads. */
export interface BucketsOfTask {
  readonly texts: readonly string[];
  /** Shortest first; the last is the full length, `{}`. */
  readonly lengths: readonly TextLengths[];
}

/**
 * The buckets that several tasks have in common: lengths of all their texts such that the texts of each task have lengths of one of its buckets. Shortest
 * first; the last is the full length, `{}`.
 */
export function commonBuckets(tasks: readonly BucketsOfTask[]): readonly TextLengths[] {
  const [first, ...others] = tasks;
  if (first && others.length === 0) return first.lengths;
  const known = tasks.map(({ lengths }) => new Set(lengths.map((each) => variantKey({ lengths: each }))));
  const isOfAll = (candidate: TextLengths): boolean =>
    tasks.every(({ texts }, index) => known[index]?.has(variantKey({ lengths: only(candidate, texts) })));
  const candidates = new Map(
    tasks.flatMap(({ lengths }) => lengths.map((each) => [variantKey({ lengths: each }), each] as const)),
  );
  return [...candidates.values()].filter(isOfAll).toSorted((left, right) => tokensOf(left) - tokensOf(right));
}

function only(lengths: TextLengths, texts: readonly string[]): TextLengths {
  return Object.fromEntries(Object.entries(lengths).filter(([text]) => texts.includes(text)));
}

/** The full length is the longest, and has no numbers. */
function tokensOf(lengths: TextLengths): number {
  const tokens = Object.values(lengths);
  return tokens.length === 0 ? Infinity : tokens.reduce((sum, each) => sum + each, 0);
}
