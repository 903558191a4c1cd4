import type { Layout } from "./graph.ts";

/** Consecutive indices of an axis. */
export interface IndexRange {
  readonly start: number;
  readonly size: number;
}

/** The runs of a shorter axis within the full one: start and length of each. */
export function indexRangesOf(layout: Layout): readonly IndexRange[] {
  let place = 0;
  return layout.flatMap(({ length, gap }) => {
    const start = place;
    place += length + gap;
    return length > 0 ? [{ start, size: length }] : [];
  });
}
