/** A line longer than this is data, not something that a person wrote: what is around the place is shown of it. */
const longest = 200;
/** Characters that are kept in front of the place, and from its beginning on. */
const [around, most] = [60, 120];

export interface VisibleLine {
  readonly text: string;
  /** Where the place begins and ends in `text`. */
  readonly from: number;
  readonly to: number;
}

/** Whether all of a line is shown, wherever the place is. */
export function isShownWhole(line: string): boolean {
  return line.length <= longest;
}

/** What is shown of a line with a place in it, `…` standing for what is left out. */
export function visibleLine(line: string, { from, to }: Omit<VisibleLine, "text">): VisibleLine {
  if (isShownWhole(line)) return { text: line, from, to };
  const [begin, end] = [Math.max(0, from - around), Math.min(line.length, from + most)];
  const [before, after] = [begin > 0 ? "…" : "", end < line.length ? "…" : ""];
  const placeOf = (column: number): number => before.length + Math.min(column, end) - begin;
  return { text: before + line.slice(begin, end) + after, from: placeOf(from), to: placeOf(to) };
}
