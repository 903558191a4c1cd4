import type { Node as SyntaxNode } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import type { Callable } from "./callable.ts";
import { callableOf } from "./callables.ts";
import type { Elaboration } from "./elaboration.ts";
import type { ResolveCallee } from "./call-shapes.ts";
import { siteNames } from "./site-names.ts";
import { findCallee } from "./symbol-values.ts";

const named = new WeakMap<Callable, ReadonlyMap<SyntaxNode, string | undefined>>();

/** Names of the call sites of a block's body: they depend on the text alone, and are found once. */
export function sitesOf(elaboration: Elaboration, callable: Callable): ReadonlyMap<SyntaxNode, string | undefined> {
  const known = named.get(callable);
  if (known) return known;
  const resolve = resolveIn(elaboration, callable);
  const sites = new Map(siteNames(callable.declaration.body, resolve));
  for (const parameter of callable.parameters)
    if (parameter.default) for (const [site, name] of siteNames(parameter.default, resolve)) sites.set(site, name);
  named.set(callable, sites);
  return sites;
}

/** What names mean in a block: its parameters, then the file, then the prelude. */
export function resolveIn(elaboration: Elaboration, callable: Callable): ResolveCallee {
  const own = new Map(callable.parameters.map((parameter) => [parameter.name, parameter.type.kind]));
  const outer = resolveFile(elaboration, callable.file);
  return (name, position) => {
    if (own.get(name) === "block") return { kind: "parameter" };
    return own.has(name) && position === "value" ? undefined : outer(name, position);
  };
}

export function resolveFile(elaboration: Elaboration, file: FileScope): ResolveCallee {
  return (name, position) => {
    const own = position === "value" ? file.symbols.get(name) : undefined;
    const symbol = own ?? findCallee(elaboration.bindings, file, name);
    if (symbol?.kind === "Layer") return { kind: "layer" };
    return symbol?.kind === "Block" ? { kind: "callable", callable: callableOf(elaboration, symbol) } : undefined;
  };
}
