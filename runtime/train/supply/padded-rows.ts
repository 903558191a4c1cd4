/**
 * Sizes of the graphs for up to a batch of rows, where their number changes from step to step: a few halvings, so that
 * few graphs are compiled.
 */
export function graphSizes(batch: number): readonly number[] {
  return [...new Set([3, 2, 1, 0].map((halving) => Math.ceil(batch / 2 ** halving)))];
}

/** The smallest of these sizes into which the rows fit. */
export function paddedRows(rows: number, batch: number): number {
  return graphSizes(batch).find((size) => size >= rows) ?? batch;
}
