import type { Definition, Reference } from "../../../compiler/resolve/definition.ts";
import { isLibrary } from "../is-library.ts";
import { entriesThatSee } from "../references.ts";
import { type TextEdit, withoutOverlaps } from "../text-edit.ts";
import type { Workspace } from "../workspace.ts";
import { columnEdits } from "./column-edits.ts";
import { referenceEdits } from "./rename-edits.ts";
import { type Refusal, nameRefusal, renameableAt } from "./renameable.ts";
import { changedMeaning } from "./same-meaning.ts";
import { type Renamed, editsOfMistaken, weightEdits } from "./weight-edits.ts";
import { Trials } from "./trials.ts";
import { lineOf, wrongAfter } from "./wrong-after.ts";

/**
 * The edits that give the name at an offset another name, in all files of the workspace, so that everything means what it did and weights of
 * earlier runs are still found; or the reason why there are none. What the edits do is tried on a copy of the workspace.
 */
export function rename(workspace: Workspace, path: string, offset: number, newName: string): Renamed | Refusal {
  const target = renameableAt(workspace, path, offset);
  if ("refusal" in target) return target;
  const { definition } = target;
  if (newName === definition.name) return { edits: [] };
  const noName = nameRefusal(newName);
  if (noName !== undefined) return { refusal: noName };
  const entries = entriesThatSee(workspace, path, definition);
  const unreadable = syntaxRefusal(workspace, entries);
  if (unreadable !== undefined) return { refusal: unreadable };
  const renaming = { path, definition, newName, entries };
  const edits = referenceEdits(workspace, path, definition, newName);
  const trials = new Trials(workspace);
  const changed = changedMeaning(workspace, trials.after(edits), entries, {
    oldName: definition.name,
    newName,
    edits,
  });
  if (changed) return { refusal: meaningRefusal(workspace, changed, renaming) };
  return wrongAfter(trials, edits, entries, "names") ?? consequences(trials, edits, renaming);
}

interface Renaming {
  readonly path: string;
  readonly definition: Definition;
  readonly newName: string;
  readonly entries: readonly string[];
}

/** Adds what follows from new names of weights and of fields, and refuses a renaming after which something is wrong. */
function consequences(trials: Trials, edits: readonly TextEdit[], renaming: Renaming): Renamed | Refusal {
  const { definition, newName, entries } = renaming;
  let all = edits;
  for (const entry of entries) {
    const before = trials.before.compile(entry, "everything");
    if (isLibrary(before, entry)) continue;
    if (!before.program) {
      const guessed = editsOfMistaken(trials, all, { entry, before, oldName: definition.name, newName });
      if ("refusal" in guessed) return guessed;
      all = guessed.edits;
      continue;
    }
    if (definition.kind === "declaration" && definition.declaration.kind === "Modality") {
      const after = trials.after(all).compile(entry, "shapes");
      all = withoutOverlaps([...all, ...columnEdits(before, after, { oldName: definition.name, newName })]);
    }
    const weights = weightEdits(trials, all, { entry, before, oldName: definition.name, newName });
    if ("refusal" in weights) return weights;
    all = withoutOverlaps([...all, ...weights.edits]);
  }
  return wrongAfter(trials, all, entries, "everything") ?? { edits: all };
}

function syntaxRefusal(workspace: Workspace, entries: readonly string[]): string | undefined {
  for (const entry of entries)
    for (const { path, text, problems } of workspace.filesOf(entry).values()) {
      const [problem] = problems;
      if (problem)
        return `${path} has a syntax error in line ${lineOf(text, problem.span.start)}, so that names in it may be missed.`;
    }
  return undefined;
}

function meaningRefusal(workspace: Workspace, { at }: Reference, { definition, newName }: Renaming): string {
  const text = workspace.textOf(at.file) ?? "";
  const name = text.slice(at.start, at.end);
  const place = `line ${lineOf(text, at.start)} of ${at.file}`;
  return name === definition.name
    ? `"${newName}" has another meaning in ${place}.`
    : `"${name}" in ${place} would have another meaning.`;
}
