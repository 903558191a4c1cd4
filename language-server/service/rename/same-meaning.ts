import { type Definition, type Reference, placeOf } from "../../../compiler/resolve/definition.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Workspace } from "../workspace.ts";

interface Renaming {
  readonly oldName: string;
  readonly newName: string;
  readonly edits: readonly TextEdit[];
}

/**
 * The first name whose meaning differs after edits, if there is one: it refers to another definition, as when a local name hides the new one,
 * or to none. Every name of every file is compared.
 */
export function changedMeaning(
  before: Workspace,
  after: Workspace,
  entries: readonly string[],
  renaming: Renaming,
): Reference | undefined {
  for (const entry of entries) {
    const [old, now] = [before.analyse(entry), after.analyse(entry)];
    if (!old || !now) continue;
    for (const file of old.compilation.files.keys()) {
      const [were, are] = [old.references.inFile(file), now.references.inFile(file)];
      const index = were.findIndex((reference, at) => {
        const other = are[at];
        return !other || !sameMeaning(reference, other, renaming);
      });
      const different = were[index] ?? (are.length > were.length ? are.at(-1) : undefined);
      if (different) return different;
    }
  }
  return undefined;
}

function sameMeaning(before: Reference, after: Reference, renaming: Renaming): boolean {
  return (
    before.at.start === offsetBefore(after.at.file, after.at.start, renaming.edits) &&
    before.role === after.role &&
    sameDefinition(before.definition, after.definition, renaming)
  );
}

function sameDefinition(before: Definition, after: Definition, renaming: Renaming): boolean {
  if (before.kind === "part" && after.kind === "part") {
    const isRenamed = before.name === renaming.oldName && after.name === renaming.newName;
    return (before.name === after.name || isRenamed) && sameDefinition(before.of, after.of, renaming);
  }
  return keyOf(before, []) === keyOf(after, renaming.edits);
}

/** A text that two definitions of the same thing have in common, whatever it is called. */
function keyOf(definition: Definition, edits: readonly TextEdit[]): string {
  const place = placeOf(definition);
  if (place) return `${definition.kind} ${place.file} ${offsetBefore(place.file, place.start, edits)}`;
  switch (definition.kind) {
    case "it":
    case "given": {
      const { file, start } = definition.of.span;
      return `${definition.kind} ${definition.name} ${file} ${offsetBefore(file, start, edits)}`;
    }
    case "option":
    case "member":
    case "choice":
      return `${definition.kind} ${definition.of} ${definition.name}`;
    case "file":
      return `file ${definition.path}`;
    default:
      return `${definition.kind} ${definition.name}`;
  }
}

/** The offset that a character had before edits, none of which it is within. */
export function offsetBefore(file: string, offset: number, edits: readonly TextEdit[]): number {
  const own = edits.filter(({ at }) => at.file === file);
  let before = offset;
  for (const { at, text } of own.toSorted((one, other) => one.at.start - other.at.start)) {
    if (before <= at.start) return before;
    if (before < at.start + text.length) return at.start;
    before += at.end - at.start - text.length;
  }
  return before;
}
