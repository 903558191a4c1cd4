import type { RowPart } from "../../compiler/graph/graph.ts";
import { type IndexRange, indexRangesOf } from "../../compiler/graph/index-ranges.ts";

const known = new WeakMap<RowPart, readonly IndexRange[]>();

/** The ranges of the full row that the bytes of a shorter row are taken from, in order. */
export function rowRanges(part: RowPart): readonly IndexRange[] {
  const ranges = known.get(part) ?? bytesOf(part);
  known.set(part, ranges);
  return ranges;
}

function bytesOf({ whole, layouts }: RowPart): readonly IndexRange[] {
  let inner: { readonly size: number; readonly ranges: readonly IndexRange[] } = {
    size: 1,
    ranges: [{ start: 0, size: 1 }],
  };
  for (const [axis, length] of [...whole.entries()].toReversed()) {
    const { size, ranges } = inner;
    const own = indexRangesOf(layouts[axis] ?? []);
    const places = own.flatMap((run) => Array.from({ length: run.size }, (_, place) => run.start + place));
    const isWhole = ranges.length === 1 && ranges[0]?.size === size;
    inner = {
      size: length * size,
      ranges: isWhole
        ? own.map((run) => ({ start: run.start * size, size: run.size * size }))
        : places.flatMap((place) => ranges.map((range) => ({ ...range, start: place * size + range.start }))),
    };
  }
  return inner.ranges;
}
