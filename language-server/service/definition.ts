import type { Span } from "../../grammar/ast.ts";
import { type Definition, placeOf } from "../../compiler/resolve/definition.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The definition of the name at an offset: `from` is the name there, `to` the name where it is defined, which may be in another file or in
 * the standard library, and `whole` all of the definition.
 */
export interface DefinitionLink {
  readonly from: Span;
  readonly to: Span;
  readonly whole: Span;
}

/** The definition of the name at an offset; `undefined` where there is no name, or its definition is written in no file. */
export function definitionAt(workspace: Workspace, path: string, offset: number): DefinitionLink | undefined {
  const reference = workspace.analyse(path)?.references.at(path, offset);
  return reference && linkTo(reference.at, reference.definition);
}

export function linkTo(from: Span, definition: Definition): DefinitionLink | undefined {
  if (definition.kind === "file") {
    const to = { file: definition.path, start: 0, end: 0 };
    return { from, to, whole: to };
  }
  const to = placeOf(definition);
  // A position of a stream such as `read.cls` is named by the blocks of the stream.
  if (!to) return definition.kind === "part" ? linkTo(from, definition.of) : undefined;
  return { from, to, whole: wholeOf(definition) ?? to };
}

function wholeOf(definition: Definition): Span | undefined {
  switch (definition.kind) {
    case "declaration":
      return definition.declaration.span;
    case "parameter":
      return definition.parameter.span;
    case "local":
      return definition.statement.span;
    case "binding":
      return definition.binding.span;
    default:
      return undefined;
  }
}
