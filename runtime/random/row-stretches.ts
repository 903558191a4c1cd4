import type { RowPart } from "../../compiler/graph/graph.ts";
import { type Stretch, stretchesOf } from "../../compiler/graph/stretches-of.ts";

const known = new WeakMap<RowPart, readonly Stretch[]>();

/** Where the bytes of a shorter row are in the full one, in order. */
export function rowStretches(part: RowPart): readonly Stretch[] {
  const stretches = known.get(part) ?? bytesOf(part);
  known.set(part, stretches);
  return stretches;
}

function bytesOf({ whole, layouts }: RowPart): readonly Stretch[] {
  let inner: { readonly size: number; readonly stretches: readonly Stretch[] } = {
    size: 1,
    stretches: [{ start: 0, size: 1 }],
  };
  for (const [axis, length] of [...whole.entries()].toReversed()) {
    const { size, stretches } = inner;
    const own = stretchesOf(layouts[axis] ?? []);
    const places = own.flatMap((run) => Array.from({ length: run.size }, (_, place) => run.start + place));
    const isWhole = stretches.length === 1 && stretches[0]?.size === size;
    inner = {
      size: length * size,
      stretches: isWhole
        ? own.map((run) => ({ start: run.start * size, size: run.size * size }))
        : places.flatMap((place) => stretches.map((stretch) => ({ ...stretch, start: place * size + stretch.start }))),
    };
  }
  return inner.stretches;
}
