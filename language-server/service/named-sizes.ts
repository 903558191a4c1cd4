import type { Node } from "../../grammar/ast.ts";
import type { LearntStream } from "../../compiler/elaborate/notes.ts";
import type { Definition } from "../../compiler/resolve/definition.ts";

import type { Facts } from "./facts.ts";
import { visitReached } from "./reached.ts";

/** Names of sizes by their number. */
export type NamedSizes = ReadonlyMap<number, string>;

/**
 * The names of the numbers that an expression is computed from: of params, of parameters of a block, and of local names. A number that is
 * also written as such, or that has two names, could be either, so it has none.
 */
export function namedSizes(facts: Facts, expression: Node): NamedSizes {
  const names = new Map<number, Set<string>>();
  const add = (size: number, name: string): void => void names.set(size, (names.get(size) ?? new Set()).add(name));
  visitReached(facts.references, expression, (node, means) => {
    if (node.kind === "Number" && node.unit === undefined) add(node.value, "");
    if (node.kind === "Name" && means && isNumberWithName(means)) {
      const values = numbersOf(facts, node, means);
      if (values.length === 1) add(values[0] ?? 0, node.name);
    }
  });
  return new Map(
    [...names].flatMap(([size, [name, ...others]]) => (name && others.length === 0 ? [[size, name] as const] : [])),
  );
}

/** `tokens[25 × width=64]`. A size that several axes have is a number alone, since its name may be that of one of them. */
export function describeNamed({ stream, shape }: LearntStream, names: NamedSizes): string {
  const shown = shape.map((size) => {
    const name = shape.filter((other) => other === size).length === 1 ? names.get(size) : undefined;
    return name === undefined ? String(size) : `${name}=${size}`;
  });
  return stream === "scalar" ? stream : `${stream}[${shown.join("\u{a0}×\u{a0}")}]`;
}

/** The different shapes of an expression, with names. */
export function namedShapes(facts: Facts, expression: Node): readonly string[] {
  const streams = facts.streamsOf(expression);
  if (streams.length === 0) return [];
  const names = namedSizes(facts, expression);
  return [...new Set(streams.map((stream) => describeNamed(stream, names)))];
}

function isNumberWithName(definition: Definition): boolean {
  return definition.kind === "declaration"
    ? definition.declaration.kind === "Param"
    : ["parameter", "local", "index"].includes(definition.kind);
}

/** A name in an option is evaluated before there are notes; there, only params have values. */
function numbersOf(facts: Facts, node: Node & { readonly name: string }, means: Definition) {
  const values = facts
    .valuesOf(node)
    .flatMap((value) => (value.kind === "plain" && typeof value.value === "number" ? [value.value] : []));
  if (values.length > 0 || means.kind !== "declaration") return values;
  const params = facts.compilations.flatMap(({ specification }) => specification?.params[node.name] ?? []);
  return [...new Set(params.filter((param) => typeof param === "number"))];
}
