import type { Argument, Expression, Node, Span } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { type Definition, placeOf } from "../../compiler/resolve/definition.ts";
import type { References } from "../../compiler/resolve/resolve-names.ts";
import type { DefinitionLink } from "./definition.ts";
import { sameDefinition } from "./same-definition.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The blocks and layers that are given for a parameter of type `block`, in all files of the workspace, and its default: each by the block that
 * it calls, or by the text of the argument where that is no call of a name.
 */
export function implementationsAt(workspace: Workspace, path: string, offset: number): readonly DefinitionLink[] {
  const reference = workspace.analyse(path)?.references.at(path, offset);
  const definition = reference?.definition;
  if (!reference || definition?.kind !== "parameter" || !isBlockType(definition.parameter.type)) return [];
  const found = new Map<string, DefinitionLink>();
  const add = (value: Expression, references: References): void => {
    const to = calledBlock(value, references) ?? value.span;
    found.set(`${to.file} ${to.start}`, { from: reference.at, to, whole: to });
  };
  for (const entry of workspace.entriesOf(definition.at.span.file)) {
    const analysis = workspace.analyse(entry);
    if (!analysis) continue;
    if (definition.parameter.default) add(definition.parameter.default, analysis.references);
    for (const { tree } of analysis.compilation.files.values())
      for (const { value } of argumentsFor(tree, definition, analysis.references)) add(value, analysis.references);
  }
  return [...found.values()];
}

function isBlockType(type: Node): boolean {
  if (type.kind === "OptionalType") return isBlockType(type.inner);
  return type.kind === "NamedType" && type.name.name === "block";
}

function argumentsFor(tree: Node, parameter: Definition, references: References): readonly Argument[] {
  const found: Argument[] = [];
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...childrenOf(node));
    const purpose = node.kind === "Argument" ? references.purposeOf(node.value) : undefined;
    if (node.kind === "Argument" && purpose && sameDefinition(purpose, parameter)) found.push(node);
  }
  return found.toSorted((one, other) => one.span.start - other.span.start);
}

function calledBlock(value: Expression, references: References): Span | undefined {
  const callee = value.kind === "Call" ? value.callee : value;
  if (callee.kind !== "Name") return undefined;
  return placeOf(references.nameOf(callee).definition);
}
