import type { Value } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { type Item, type Scope, type ScopedGraph, allItems, inputsOfItem, outputsOfItem } from "./scopes.ts";
import { isFixed } from "../graph/size.ts";

/**
 * Leaves out blocks of one op without weights, which are shorter where they are applied, and moves constants to blocks that are modules, since a function
 * has no tensors of its own.
 */
export function simplify(graph: ScopedGraph): void {
  simplifyScope(graph, graph.root);
}

function simplifyScope(graph: ScopedGraph, scope: Scope): void {
  const items = scope.items.flatMap((item): readonly Item[] => {
    if (item.kind !== "scope") return [item];
    simplifyScope(graph, item);
    if (hasOwnParts(graph, item)) return [item];
    if (item.items.length <= 1 && item.items.every(({ kind }) => kind === "step")) return item.items;
    const constants = item.items.filter((each) => isConstant(graph, each));
    const others = item.items.filter((each) => !constants.includes(each));
    item.items.splice(0, item.items.length, ...others);
    return [...constants, item];
  });
  scope.items.splice(0, scope.items.length, ...items);
  for (let inner = inCycle(scope); inner; inner = inCycle(scope)) {
    const index = scope.items.indexOf(inner);
    scope.items.splice(index, 1, ...inner.items);
  }
}

/**
 * A block within a scope that depends on what is made of its own result, as a loss does that evaluates a declaration on the way. Its parts are written where
 * it is applied.
 */
function inCycle(scope: Scope): Scope | undefined {
  const producers = new Map<Value, Item>();
  for (const item of scope.items) for (const value of outputsOfItem(item)) producers.set(value, item);
  const states = new Map<Item, "begun" | "done">();
  const visit = (item: Item, above: readonly Item[]): Scope | undefined => {
    if (states.get(item) === "done") return undefined;
    if (states.get(item) === "begun")
      return above.slice(above.indexOf(item)).find((each): each is Scope => each.kind === "scope");
    states.set(item, "begun");
    for (const value of inputsOfItem(item)) {
      const producer = producers.get(value);
      const found = producer && producer !== item ? visit(producer, [...above, item]) : undefined;
      if (found) return found;
    }
    states.set(item, "done");
    return undefined;
  };
  for (const item of scope.items) {
    const found = visit(item, []);
    if (found) return found;
  }
  return undefined;
}

function isConstant({ sizes }: ScopedGraph, item: Item): boolean {
  if (item.kind !== "step" || !(isOp(item.node, "constant") || isOp(item.node, "fill"))) return false;
  const [value] = item.outputs;
  return value !== undefined && value.shape.length > 0 && (sizes.get(value) ?? []).every(isFixed);
}

/** True if a block has weights, random numbers or modules below its path; else it is a function. */
export function hasOwnParts(graph: ScopedGraph, scope: Scope): boolean {
  const within = (path: string): boolean => path.startsWith(`${scope.path}.`);
  const own = new Set(
    graph.graph.inputs.flatMap(({ role, value }) => {
      const name =
        role.kind === "weight"
          ? role.weight
          : role.kind === "state"
            ? role.state
            : role.kind === "random"
              ? role.site
              : undefined;
      return name !== undefined && within(name) ? [value] : [];
    }),
  );
  return allItems(scope).some((item) =>
    item.kind === "dropout" ? within(item.path) : item.inputs.some((value) => own.has(value)),
  );
}
