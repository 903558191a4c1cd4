/** A longer line is data and not written by hand: only the part around the span is shown. */
const longest = 200;
/** Characters kept before the span, and from its beginning on. */
const [around, most] = [60, 120];

export interface VisibleLine {
  readonly text: string;
  /** Begin and end of the span within `text`. */
  readonly from: number;
  readonly to: number;
}

/** True if a line is short enough to be shown whole. */
export function isShownWhole(line: string): boolean {
  return line.length <= longest;
}

/** The part of a line around a span. `…` stands for text that is left out. */
export function visibleLine(line: string, { from, to }: Omit<VisibleLine, "text">): VisibleLine {
  if (isShownWhole(line)) return { text: line, from, to };
  const [begin, end] = [Math.max(0, from - around), Math.min(line.length, from + most)];
  const [before, after] = [begin > 0 ? "…" : "", end < line.length ? "…" : ""];
  const placeOf = (column: number): number => before.length + Math.min(column, end) - begin;
  return { text: before + line.slice(begin, end) + after, from: placeOf(from), to: placeOf(to) };
}
