import type { Shape } from "../compiler/graph/graph.ts";

/** Number of entries of an axis that are shown at each end. */
const ends = 3;

/**
 * Nested brackets in the order of axes, as NumPy prints them. Of a long axis, only the first and the last entries are
 * shown.
 */
export function abridgedValues(values: ArrayLike<number>, shape: Shape, show: (value: number) => string): string {
  const text = (axis: number, start: number): string => {
    const length = shape[axis];
    if (length === undefined) return show(values[start] ?? Number.NaN);
    const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
    const entries = shownEntries(length).map((index) =>
      index === "…" ? index : text(axis + 1, start + index * stride),
    );
    return axis === shape.length - 1 ? `[${entries.join(" ")}]` : `[${entries.join(`\n${" ".repeat(axis + 1)}`)}]`;
  };
  return text(0, 0);
}

function shownEntries(length: number): readonly (number | "…")[] {
  const all = Array.from({ length }, (_, index) => index);
  return length <= 2 * ends + 1 ? all : [...all.slice(0, ends), "…", ...all.slice(-ends)];
}
