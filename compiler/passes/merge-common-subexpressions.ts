import type { Graph, Node, Value } from "../graph/graph.ts";
import { ops } from "../graph/ops/index.ts";
import { rewrite } from "./rewrite.ts";

/** Merges nodes of one op with equal attributes and inputs into the first of them; every op is a pure function. */
export function mergeCommonSubexpressions(graph: Graph): Graph {
  const seen = new Map<string, readonly Value[]>();
  const arrays = new Map<object, number>();
  return rewrite(graph, (node) => {
    const key = keyOf(node, arrays);
    const first = seen.get(key);
    if (!first) seen.set(key, node.outputs);
    return first;
  });
}

/** Data of constants is compared by identity: comparing contents would cost more than it saves. */
function keyOf(node: Node, arrays: Map<object, number>): string {
  const ids = node.inputs.map((input) => input.id);
  if (ops[node.op].commutative) ids.sort((left, right) => left - right);
  const attributes = Object.entries(node.attributes)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]: [string, unknown]) => [name, keyOfAttribute(value, arrays)]);
  return JSON.stringify([node.op, ids, attributes]);
}

/** JSON would write −0 as 0 and every number that is not finite as null. */
function keyOfAttribute(value: unknown, arrays: Map<object, number>): unknown {
  if (ArrayBuffer.isView(value)) return identity(value, arrays);
  if (typeof value !== "number") return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

function identity(array: object, arrays: Map<object, number>): number {
  const known = arrays.get(array) ?? arrays.size;
  arrays.set(array, known);
  return known;
}
