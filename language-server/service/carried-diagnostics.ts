import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";

interface Known {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The diagnostics that are shown while a text is only partly checked: those that were found now, and those from before that are not
 * in the part of the text that changed, moved to where their text is now.
 */
export function carried(before: Known, now: Known): readonly Diagnostic[] {
  const keys = new Set(now.diagnostics.map(keyOf));
  const moved = before.diagnostics.flatMap((diagnostic) => movedWith(diagnostic, before.text, now.text) ?? []);
  return [...now.diagnostics, ...moved.filter((diagnostic) => !keys.has(keyOf(diagnostic)))].toSorted(
    (one, other) => one.at.start - other.at.start || one.at.end - other.at.end,
  );
}

function keyOf({ at, code, message }: Diagnostic): string {
  return JSON.stringify([at.start, at.end, code, message]);
}

function movedWith(diagnostic: Diagnostic, before: string, now: string): Diagnostic | undefined {
  const { start, end } = diagnostic.at;
  const shortest = Math.min(before.length, now.length);
  let prefix = 0;
  while (prefix < shortest && before[prefix] === now[prefix]) prefix += 1;
  if (end < prefix || before === now) return diagnostic;
  let suffix = 0;
  while (suffix < shortest - prefix && before.at(-1 - suffix) === now.at(-1 - suffix)) suffix += 1;
  const distance = now.length - before.length;
  if (start <= before.length - suffix) return undefined;
  return { ...diagnostic, at: { ...diagnostic.at, start: start + distance, end: end + distance } };
}
