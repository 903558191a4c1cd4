import type { Node as SyntaxNode } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import type { Callable } from "./callable.ts";
import { callableOf } from "./callables.ts";
import type { Elaboration } from "./elaboration.ts";
import { type ResolveCallee, siteNames } from "./site-names.ts";

const named = new WeakMap<Callable, ReadonlyMap<SyntaxNode, string | undefined>>();

/** Names of the call sites of a block's body: they depend on the text alone, and are found once. */
export function sitesOf(elaboration: Elaboration, callable: Callable): ReadonlyMap<SyntaxNode, string | undefined> {
  const known = named.get(callable);
  if (known) return known;
  const resolve = resolveIn(elaboration, callable);
  const sites = new Map(siteNames(callable.declaration.body, resolve));
  for (const parameter of callable.parameters) if (parameter.default) for (const [site, name] of siteNames(parameter.default, resolve)) sites.set(site, name);
  named.set(callable, sites);
  return sites;
}

/** What names in callee position mean in a block: its block parameters, then the file, then the prelude. */
export function resolveIn(elaboration: Elaboration, callable: Callable): ResolveCallee {
  const own = new Set(callable.parameters.filter((parameter) => parameter.type.kind === "block").map((parameter) => parameter.name));
  const outer = resolveFile(elaboration, callable.file);
  return (name) => (own.has(name) ? { kind: "parameter" } : outer(name));
}

export function resolveFile(elaboration: Elaboration, file: FileScope): ResolveCallee {
  return (name) => {
    const symbol = file.symbols.get(name) ?? elaboration.bindings.prelude.symbols.get(name);
    if (symbol?.kind === "Layer") return { kind: "layer" };
    return symbol?.kind === "Block" ? { kind: "callable", callable: callableOf(elaboration, symbol) } : undefined;
  };
}
