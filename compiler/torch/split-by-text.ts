import type { GraphInput, Value } from "../graph/graph.ts";
import { type Item, type Scope, type ScopedGraph, inputsOfItem, outputsOfItem } from "./scopes.ts";

/** A task in two parts: one that the text which it generates does not change, and the rest, which is computed for each token. */
export interface SplitByText {
  readonly once: Scope;
  readonly each: Scope;
  /** The tensors of the first part that the second one reads, with a row for each example. */
  readonly kept: readonly Value[];
}

/** An item depends on the text, or on features but not on the text, or on so little that both parts compute it. */
type Kind = "text" | "features" | "either";

/** Splits the outermost scope of a graph by the features that hold the text. Where something that would be kept has not a row for each example, nothing is kept. */
export function splitByText(graph: ScopedGraph, isText: (input: GraphInput) => boolean): SplitByText {
  const { root } = graph;
  const ofText = new Set<Value>();
  const ofFeatures = new Set<Value>();
  for (const input of graph.graph.inputs) {
    if (isText(input)) ofText.add(input.value);
    else if (input.role.kind === "feature") ofFeatures.add(input.value);
  }
  const producers = new Map(root.items.flatMap((item) => outputsOfItem(item).map((value) => [value, item] as const)));
  const kinds = new Map<Item, Kind>();
  const kindOf = (item: Item): Kind => {
    const known = kinds.get(item);
    if (known) return known;
    const found = inputsOfItem(item).map((value): Kind => {
      const producer = producers.get(value);
      if (producer) return kindOf(producer);
      if (ofText.has(value)) return "text";
      // An op on features alone, such as a mask as numbers, is written where it is read.
      return item.kind !== "step" && ofFeatures.has(value) ? "features" : "either";
    });
    const kind = found.includes("text") ? "text" : found.includes("features") ? "features" : "either";
    kinds.set(item, kind);
    return kind;
  };
  const scope = (items: readonly Item[]): Scope => ({ ...root, items: [...items] });
  const of = (wanted: "text" | "features") => root.items.filter((item) => [wanted, "either"].includes(kindOf(item)));
  const read = new Set(of("text").flatMap(inputsOfItem));
  const kept = root.items
    .filter((item) => kindOf(item) === "features")
    .flatMap(outputsOfItem)
    .filter((value) => read.has(value));
  const hasRows = (value: Value): boolean => {
    const [rows] = graph.sizes.get(value) ?? [];
    return rows?.perExample === 1 && rows.fixed === 0;
  };
  if (!kept.every(hasRows)) return { once: scope([]), each: root, kept: [] };
  return { once: scope(of("features")), each: scope(of("text")), kept };
}
