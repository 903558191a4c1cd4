import type { Layout } from "../../graph/graph.ts";
import type { IndexRange } from "../../graph/index-ranges.ts";

type Run = Layout[number];

/** The first indices of a longer axis. */
export function prefix(short: number, full: number): Layout {
  return [{ length: short, gap: full - short }];
}

export function isWhole(layout: Layout): boolean {
  return layout.every(({ gap }) => gap === 0);
}

export function sameLayout(left: Layout, right: Layout): boolean {
  return (
    left.length === right.length &&
    left.every(({ length, gap }, index) => length === right[index]?.length && gap === right[index].gap)
  );
}

/** Layouts one after another; runs without a gap between them become one. */
export function joinLayouts(layouts: readonly Layout[]): Layout {
  const joined: Run[] = [];
  for (const { length, gap } of layouts.flat()) {
    const last = joined.at(-1);
    if (last?.gap === 0) joined[joined.length - 1] = { length: last.length + length, gap };
    else if (length > 0 || !last) joined.push({ length, gap });
    else joined[joined.length - 1] = { length: last.length, gap: last.gap + gap };
  }
  return joined;
}

export interface CutLayout {
  readonly layout: Layout;
  /** True if the shorter range lacks no other indices than the whole axis does. */
  readonly isExact: boolean;
}

/** The layout of a range of an axis; `undefined` if the two ranges do not have the same indices. */
export function cutLayout(layout: Layout, short: IndexRange, full: IndexRange): CutLayout | undefined {
  const parts: { readonly at: number; readonly length: number }[] = [];
  let [index, wholeIndex, shared] = [0, 0, 0];
  for (const { length, gap } of layout) {
    const [from, to] = [Math.max(index, short.start), Math.min(index + length, short.start + short.size)];
    if (from < to) parts.push({ at: wholeIndex + from - index - full.start, length: to - from });
    shared += Math.max(0, Math.min(wholeIndex + length, full.start + full.size) - Math.max(wholeIndex, full.start));
    index += length;
    wholeIndex += length + gap;
  }
  const fits = parts.every(({ at, length }) => at >= 0 && at + length <= full.size);
  if (!fits) return undefined;
  const runs = parts.map(({ at, length }, index): Run => ({
    length,
    gap: (parts[index + 1]?.at ?? full.size) - at - length,
  }));
  const [first] = parts;
  return { layout: joinLayouts([[{ length: 0, gap: first?.at ?? 0 }], runs]), isExact: shared === short.size };
}
