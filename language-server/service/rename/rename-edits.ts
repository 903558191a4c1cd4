import type { Node, Span } from "../../../grammar/ast.ts";
import { childrenOf } from "../../../grammar/children.ts";
import type { LoadedFile } from "../../../compiler/bind/load.ts";
import { type Definition, type Reference, definitionOfDeclaration } from "../../../compiler/resolve/definition.ts";
import type { References } from "../../../compiler/resolve/resolve-names.ts";
import { referencesTo } from "../references.ts";
import { sameDefinition } from "../same-definition.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Workspace } from "../workspace.ts";

/** The edits that write another name wherever a definition is referred to, in all files of the workspace. */
export function referenceEdits(
  workspace: Workspace,
  path: string,
  definition: Definition,
  newName: string,
): readonly TextEdit[] {
  const references = [...referencesTo(workspace, path, definition), ...partsNamedAfter(workspace, path, definition)];
  return references.map((reference) => ({ at: nameSpan(reference), text: newName }));
}

/** The characters of a name. Where it is written as a string, the quotes are none of them. */
export function nameSpan({ at, node }: Reference): Span {
  const isString = node.kind === "String" && node.span.start === at.start && node.span.end === at.end;
  return isString ? { ...at, start: at.start + 1, end: at.end - 1 } : at;
}

/**
 * The results of fusions that have the name of a stream, since it is given without a label: `met.seen` for `fusion met = bottleneck(seen, read)`. A
 * fusion of such results names its own after them.
 */
function partsNamedAfter(workspace: Workspace, path: string, definition: Definition): readonly Reference[] {
  if (definition.kind !== "declaration" && definition.kind !== "part") return [];
  const file = definition.kind === "declaration" ? definition.declaration.span.file : path;
  const found = new Map<string, Reference>();
  for (const entry of workspace.entriesOf(file)) {
    const analysis = workspace.analyse(entry);
    for (const each of analysis?.compilation.files.values() ?? [])
      for (const reference of analysis ? partsIn(each, analysis.references, definition) : [])
        found.set(`${reference.at.file} ${reference.at.start}`, reference);
  }
  return [...found.values()];
}

function partsIn({ path, tree }: LoadedFile, references: References, definition: Definition): readonly Reference[] {
  const parts = references
    .inFile(path)
    .filter(({ definition: part }) => part.kind === "part" && !part.at && part.name === definition.name);
  const found: Reference[] = [];
  const followers: Definition[] = [definition];
  // A part that is found is followed itself: the list grows while it is read.
  for (const followed of followers) {
    const means = (value: Node): boolean => {
      const meant = references.definitionOf(value.kind === "Member" ? value.member : value);
      return meant !== undefined && sameDefinition(meant, followed);
    };
    for (const fusion of fusionsWithout(tree, means))
      for (const reference of parts) {
        const { definition: part } = reference;
        if (part.kind !== "part" || !sameDefinition(part.of, fusion) || found.includes(reference)) continue;
        found.push(reference);
        if (!followers.includes(part)) followers.push(part);
      }
  }
  return found;
}

/** The fusions with an input without a label for which a test holds. */
function fusionsWithout(tree: Node, test: (value: Node) => boolean): readonly Definition[] {
  return childrenOf(tree).flatMap((declaration) => {
    if (declaration.kind !== "Fusion" || declaration.value.kind !== "Call") return [];
    const given = declaration.value.arguments.flatMap(({ name, label, value }) => (name || label ? [] : [value]));
    return given.some(test) ? [definitionOfDeclaration(declaration)] : [];
  });
}
