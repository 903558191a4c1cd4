import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Level } from "../../../compiler/level.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Workspace } from "../workspace.ts";
import type { Refusal } from "./renameable.ts";
import type { Trials } from "./trials.ts";

/** A refusal, if something is wrong after edits that was not before. */
export function wrongAfter(
  trials: Trials,
  edits: readonly TextEdit[],
  entries: readonly string[],
  level: Level,
): Refusal | undefined {
  const after = trials.after(edits);
  for (const entry of entries) {
    const [old, now] = [trials.before.compile(entry, level), after.compile(entry, level)];
    const added = addedDiagnostic(old.diagnostics, now.diagnostics);
    if (added) return { refusal: `After it, ${positionOf(after, added)} would be wrong: ${added.message}` };
  }
  return undefined;
}

function positionOf(workspace: Workspace, { at }: Diagnostic): string {
  return `line ${lineOf(workspace.textOf(at.file) ?? "", at.start)} of ${at.file}`;
}

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The first error or warning of a kind of which there are more in a file than before. */
function addedDiagnostic(before: readonly Diagnostic[], after: readonly Diagnostic[]): Diagnostic | undefined {
  const left = new Map<string, number>();
  const keyOf = ({ code, at }: Diagnostic): string => `${code} ${at.file}`;
  for (const diagnostic of before) left.set(keyOf(diagnostic), (left.get(keyOf(diagnostic)) ?? 0) + 1);
  return after.find((diagnostic) => {
    const count = (left.get(keyOf(diagnostic)) ?? 0) - 1;
    left.set(keyOf(diagnostic), count);
    return count < 0 && diagnostic.severity !== "advice";
  });
}
