import type { Span } from "../../grammar/ast.ts";
import { placeOf } from "../../compiler/resolve/definition.ts";
import type { Workspace } from "./workspace.ts";

/** The definition of the name at an offset: `from` is the name there, `to` the name where it is defined, which may be in another file or in the standard library. */
export interface DefinitionLink {
  readonly from: Span;
  readonly to: Span;
}

export function definitionAt(workspace: Workspace, path: string, offset: number): DefinitionLink | undefined {
  const reference = workspace.analyse(path)?.references.at(path, offset);
  if (!reference) return undefined;
  const { definition, at: from } = reference;
  if (definition.kind === "file") return { from, to: { file: definition.path, start: 0, end: 0 } };
  const to = placeOf(definition);
  return to && { from, to };
}
