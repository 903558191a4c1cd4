import { isPrelude } from "../../compiler/prelude/prelude.ts";
import { type Definition, type Reference, placeOf } from "../../compiler/resolve/definition.ts";
import { libraryReferences } from "./library-references.ts";
import { sameDefinition } from "./same-definition.ts";
import type { Workspace } from "./workspace.ts";

/** Every reference to the name at an offset, in all files of the workspace and in the standard library; its declaration is one of them. */
export function referencesAt(workspace: Workspace, path: string, offset: number): readonly Reference[] {
  const reference = workspace.analyse(path)?.references.at(path, offset);
  return reference ? referencesTo(workspace, path, reference.definition) : [];
}

/** Every reference to a definition that the file at `path` refers to, file by file, in the order of the text. */
export function referencesTo(workspace: Workspace, path: string, definition: Definition): readonly Reference[] {
  if (definition.kind === "unresolved" || definition.kind === "dynamic") return [];
  const found = new Map<string, Reference>();
  for (const entry of entriesThatSee(workspace, path, definition)) {
    const analysis = workspace.analyse(entry);
    if (!analysis) continue;
    const own = [...analysis.compilation.files.keys()].flatMap((file) => analysis.references.inFile(file));
    for (const reference of [...own, ...(isInLibrary(definition) ? libraryReferences(analysis.references) : [])])
      if (sameDefinition(reference.definition, definition))
        found.set(`${reference.at.file} ${reference.at.start} ${reference.at.end}`, reference);
  }
  return [...found.values()].toSorted(
    ({ at: one }, { at: other }) => compare(one.file, other.file) || one.start - other.start,
  );
}

/** The specifications whose files can refer to a definition. */
export function entriesThatSee(workspace: Workspace, path: string, definition: Definition): readonly string[] {
  if (definition.kind === "it" || definition.kind === "given") return [path];
  const home = placeOf(definition.kind === "part" ? definition.of : definition)?.file;
  if (home !== undefined && !isPrelude(home)) return workspace.entriesOf(home);
  return [...new Set([path, ...workspace.specifications])];
}

/** True for what the standard library may refer to: its own names, and those of the schema. */
function isInLibrary(definition: Definition): boolean {
  const home = placeOf(definition)?.file;
  return home === undefined ? definition.kind !== "it" && definition.kind !== "given" : isPrelude(home);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
