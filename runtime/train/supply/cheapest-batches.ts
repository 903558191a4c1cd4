import type { LengthBuckets } from "./length-buckets.ts";

/**
 * Fixed cost of one more batch, in token equivalents: the weights are read again, and gradients are accumulated, with a
 * cold cache. Measured.
 */
export const TOKENS_OF_BATCH = 300;

interface Cut {
  readonly cost: number;
  /** Rows of its last batch. */
  readonly last: number;
}

/**
 * Splits a few rows into the batches of the lowest cost, for graphs of several sizes and lengths; with a single length
 * they are one batch. Rows are sorted by length, and the cost of a batch is the number of tokens of its graph.
 */
export function cheapestBatches(
  rows: readonly number[],
  buckets: LengthBuckets | undefined,
  sizes: readonly number[],
): readonly (readonly number[])[] {
  if (!buckets) return [rows];
  const known = new Map(rows.map((row) => [row, buckets.ofRow(row)]));
  const bucketOf = (row: number): number => known.get(row) ?? 0;
  const sorted = rows.toSorted((left, right) => bucketOf(left) - bucketOf(right));
  // The cheapest split of the first rows: a last batch, after the cheapest split of the rows before it.
  const cuts: Cut[] = [{ cost: 0, last: 0 }];
  for (const [index, row] of sorted.entries()) {
    const ways = sizes.map((size): Cut => {
      const last = Math.min(size, index + 1);
      return {
        cost: (cuts[index + 1 - last]?.cost ?? 0) + TOKENS_OF_BATCH + size * (buckets.tokens[bucketOf(row)] ?? 0),
        last,
      };
    });
    cuts.push(ways.reduce((best, way) => (way.cost < best.cost ? way : best)));
  }
  const batches: (readonly number[])[] = [];
  for (let end = sorted.length; end > 0; end -= batches[0]?.length ?? end)
    batches.unshift(sorted.slice(end - (cuts[end]?.last ?? end), end));
  return batches;
}
