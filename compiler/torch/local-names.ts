import type { OpName } from "../graph/attributes.ts";
import type { Node, Value } from "../graph/graph.ts";
import { namedTensors } from "./named-values.ts";
import type { Scope, ScopedGraph } from "./scopes.ts";

/** Names of results of ops, where the specification has none. */
const names: { readonly [Op in OpName]?: string } = {
  add: "total",
  subtract: "difference",
  multiply: "product",
  divide: "quotient",
  matmul: "product",
  reduce_sum: "total",
  reduce_mean: "mean",
  reduce_max: "largest",
  concat: "joined",
  slice: "part_of",
  transpose: "transposed",
  reshape: "reshaped",
  broadcast_to: "repeated",
  cast: "number",
  select: "chosen",
  gather: "rows",
  softmax: "shares",
  layer_norm: "normalised",
};

/** The name of a node's result in a scope: that of the `let`, or of the block of one op, from which it comes. */
export function valueName(scope: Scope, node: Node): string {
  const path = node.origin?.path ?? "";
  const inner = path === scope.path ? "" : path.startsWith(`${scope.path}.`) ? path.slice(scope.path.length + 1) : path;
  const segment = withoutCount(inner.split(".").findLast((part) => !/^\d+$/.test(part)) ?? "");
  const own = names[node.op] ?? node.op;
  return segment === "" || segment === node.op || scope.path === "" ? own : segment;
}

/** The name of a result of a block in the scope that applies it. */
export function resultName(graph: ScopedGraph, scope: Scope, inner: Scope, value: Value): string {
  const { call, path } = inner;
  const relative = scope.path !== "" && path.startsWith(`${scope.path}.`) ? path.slice(scope.path.length + 1) : path;
  const segment = relative.split(".").findLast((part) => !/^\d+$/.test(part)) ?? call?.block ?? "x";
  const tensors = call && namedTensors(call.result);
  const part = tensors?.get(value) ?? tensors?.get(graph.original(value)) ?? "";
  // The task's method names what a declaration makes, step by step, as the declaration.
  const wanted = withoutCount(
    scope.path === "" && !path.startsWith("task.") ? (path.split(".")[0] ?? segment) : segment,
  );
  const named = part.replace(/^(\d+_?)+/, "");
  if (named === "") return wanted;
  return /^(mask|presence|segments|numbers|boxes)$/.test(named) || scope.path === "" ? `${wanted}_${named}` : named;
}

function withoutCount(name: string): string {
  return name.replace(/_\d+$/, "");
}
