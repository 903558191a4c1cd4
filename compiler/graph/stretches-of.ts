import type { Layout } from "./graph.ts";

/** Places of an axis, one after another. */
export interface Stretch {
  readonly start: number;
  readonly size: number;
}

/** Where the places of an axis are in the full one: the start and the length of each run. */
export function stretchesOf(layout: Layout): readonly Stretch[] {
  let place = 0;
  return layout.flatMap(({ length, gap }) => {
    const start = place;
    place += length + gap;
    return length > 0 ? [{ start, size: length }] : [];
  });
}
