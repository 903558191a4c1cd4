import type { TextEdit } from "./text-edit.ts";

/** Line pairs that are compared at most; texts that differ more are replaced from their first to their last difference. */
const mostPairs = 4_000_000;

/**
 * The edits that turn one text into another, each of whole lines, so that a cursor, a mark or a breakpoint on a line that stays is not moved.
 * Lines that both have, in the longest common order, are kept.
 */
export function lineEdits(file: string, before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const [old, now] = [linesOf(before), linesOf(after)];
  let first = 0;
  while (first < old.length && first < now.length && old[first] === now[first]) first += 1;
  let last = 0;
  while (last < old.length - first && last < now.length - first && old.at(-1 - last) === now.at(-1 - last)) last += 1;
  const kept = commonLines(old.slice(first, old.length - last), now.slice(first, now.length - last));
  const starts = [0];
  for (const line of old) starts.push((starts.at(-1) ?? 0) + line.length);
  const edits: TextEdit[] = [];
  let [oldLine, newLine] = [first, first];
  const end = [old.length - last, now.length - last] as const;
  for (const [keptOld, keptNew] of [...kept.map(([one, other]) => [one + first, other + first] as const), end]) {
    if (keptOld > oldLine || keptNew > newLine)
      edits.push({
        at: { file, start: starts[oldLine] ?? 0, end: starts[keptOld] ?? before.length },
        text: now.slice(newLine, keptNew).join(""),
      });
    [oldLine, newLine] = [keptOld + 1, keptNew + 1];
  }
  return edits;
}

/** The lines of a text, each with its end. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/u);
}

/** Pairs of indices of equal lines, in order: a longest common subsequence. */
function commonLines(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  if (old.length * now.length > mostPairs) return [];
  const width = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (one: number, other: number): number => longest[one * width + other] ?? 0;
  for (let one = old.length - 1; one >= 0; one -= 1)
    for (let other = now.length - 1; other >= 0; other -= 1)
      longest[one * width + other] =
        old[one] === now[other] ? at(one + 1, other + 1) + 1 : Math.max(at(one + 1, other), at(one, other + 1));
  const pairs: (readonly [number, number])[] = [];
  let [one, other] = [0, 0];
  while (one < old.length && other < now.length) {
    if (old[one] === now[other]) pairs.push([one++, other++]);
    // The first of several equal lines is kept, so that a change after it is an edit of its own.
    else if (at(one + 1, other) > at(one, other + 1)) one += 1;
    else other += 1;
  }
  return pairs;
}
