import type { BlockDeclaration, Expression, Parameter } from "../../../grammar/ast.ts";
import type { Part } from "../../../grammar/surroundings.ts";
import type { FileScope } from "../../../compiler/bind/symbols.ts";
import { type Scope, isLocal } from "../../../compiler/resolve/definition.ts";
import { isStreamType, parameterType } from "../../../compiler/resolve/parameter-type.ts";
import { boundIn, calleeIn } from "../../../compiler/resolve/scopes.ts";
import { type Callee, type Expected, familiesOf, membersOf } from "./expected.ts";
import { type Items, nameOfItem } from "./inside.ts";

/** The names that can be seen at a position. */
export interface Names {
  readonly scope: Scope;
  readonly prelude: FileScope;
}

/** The meaning of a name before `(`, where a value is expected: a member of a family, a block, or a layer that is one. */
export function calleeNamed(
  name: string,
  expected: Expected | undefined,
  names: Names,
  piped: "yes" | "no",
): Callee | undefined {
  for (const family of familiesOf(expected)) {
    const definition = Object.hasOwn(membersOf(family), name) ? membersOf(family)[name] : undefined;
    if (definition) return { kind: "member", family, name, definition };
  }
  const block = blockNamed(name, names);
  if (block) return { kind: "block", name, block, piped };
  const initializer = Object.hasOwn(membersOf("initializer"), name) ? membersOf("initializer")[name] : undefined;
  return initializer && { kind: "member", family: "initializer", name, definition: initializer };
}

/** The block that a name calls: that of a layer or of a local name, too, if its value shows it. */
export function blockNamed(name: string, names: Names): BlockDeclaration | undefined {
  const bound = boundIn(names.scope, names.prelude, name);
  if (isLocal(bound) && bound.kind === "parameter")
    return bound.parameter.default && blockOf(bound.parameter.default, names);
  if (isLocal(bound) && bound.kind === "local" && bound.mayBeLayer && "value" in bound.statement)
    return blockOf(bound.statement.value, names);
  const declaration = calleeIn(names.scope, names.prelude, name)?.declaration;
  if (declaration?.kind === "Block") return declaration;
  return declaration?.kind === "Layer" ? blockOf(declaration.value, names) : undefined;
}

/** The block of a layer value, `mlp` or `mlp(ratio: 4)`, with the parameters that it leaves open. */
function blockOf(layer: Expression, { scope, prelude }: Names): BlockDeclaration | undefined {
  const [callee, given] = layer.kind === "Call" ? [layer.callee, layer.arguments] : [layer, []];
  if (callee.kind !== "Name") return undefined;
  const declaration = calleeIn(scope, prelude, callee.name)?.declaration;
  if (declaration?.kind !== "Block") return undefined;
  const named = new Set(given.map(({ name }) => name?.name));
  return { ...declaration, parameters: declaration.parameters.filter(({ name }) => !named.has(name.name)) };
}

export function isStreamParameter({ type }: Pick<Parameter, "type">): boolean {
  const known = parameterType(type);
  return known !== undefined && isStreamType(known);
}

/**
 * The parameters that the next positional argument may be for: the next one that takes a stream, and the next one that takes a value of
 * compile time. Elaboration tells which by the value.
 */
export function nextParameters(
  { block, piped }: Extract<Callee, { readonly kind: "block" }>,
  items: Items,
  names: Names,
): readonly Parameter[] {
  const named = new Set(items.map(nameOfItem));
  const open = block.parameters.filter(({ name }) => !named.has(name.name));
  const streams = open.filter(isStreamParameter).slice(piped === "yes" ? 1 : 0);
  const values = open.filter((parameter) => !isStreamParameter(parameter));
  const positional = items.slice(0, -1).filter((item) => nameOfItem(item) === undefined && item.length > 0);
  const given = positional.filter((item) => isValue(item, names)).length;
  return [nextOf(streams, positional.length - given), nextOf(values, given)].flatMap((each) => each ?? []);
}

/** A list takes all remaining arguments. */
function nextOf(parameters: readonly Parameter[], filled: number): Parameter | undefined {
  const list = parameters.findIndex(({ type }) => parameterType(type)?.kind === "list");
  return parameters[list >= 0 ? Math.min(filled, list) : filled];
}

/** True for an argument that is certainly no stream. */
function isValue([first]: readonly Part[], { scope, prelude }: Names): boolean {
  if (!first) return false;
  if (!first.isName) return first.type !== "LeftParenthesis" && first.type !== "Optional";
  const bound = boundIn(scope, prelude, first.text);
  if (bound?.kind === "parameter") return !isStreamParameter(bound.parameter);
  return bound?.kind === "index" || (bound?.kind === "declaration" && bound.declaration.kind === "Param");
}
