import { isOp } from "../graph/is-op.ts";
import { type Item, type Scope, type ScopedGraph, allItems } from "./scopes.ts";
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
