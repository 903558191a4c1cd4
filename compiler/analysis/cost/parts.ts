import type { SymbolDeclaration } from "../../bind/symbols.ts";
import type { Program } from "../../stage/checked-program.ts";
import { type Cost, type Part, type PartCost, addCosts, noCost } from "./cost.ts";

/**
 * The part that a name of a weight, a path of a node or a name of a feature belongs to; nodes without a path are the
 * update's.
 */
export type PartOf = (path: string | undefined) => Part;

const kinds: { readonly [Kind in SymbolDeclaration["kind"]]?: Part["kind"] } = {
  Modality: "modality",
  Stream: "stream",
  Fusion: "fusion",
  Layer: "layer",
};

/** All of these begin with the declaration that they come from. */
export function createParts({ bindings, declarations }: Program): PartOf {
  const declared = new Map<string, Part>();
  for (const { symbols } of bindings.scopes.values()) {
    for (const symbol of symbols.values()) {
      const kind = kinds[symbol.kind];
      if (kind) declared.set(symbol.name.name, { kind, name: symbol.name.name });
    }
  }
  return (path) => {
    if (path === undefined) return { kind: "update", name: "update" };
    const [first = "", second = ""] = path.split(".");
    if (first === "task" && declarations.tasks.has(second)) return { kind: "task", name: second };
    return declared.get(first) ?? { kind: "task", name: first };
  };
}

export type Contribution = readonly [part: Part, cost: Partial<Cost>];

/** Sums by part, in the order in which parts first come. */
export function sumByPart(contributions: readonly Contribution[]): readonly PartCost[] {
  const parts = new Map<string, PartCost>();
  for (const [{ kind, name }, cost] of contributions) {
    const key = `${kind} ${name}`;
    parts.set(key, { kind, name, ...addCosts(parts.get(key) ?? noCost, cost) });
  }
  return [...parts.values()];
}

export function sum(costs: readonly Partial<Cost>[]): Cost {
  return costs.reduce<Cost>(addCosts, noCost);
}
