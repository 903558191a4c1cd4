import type { OpName } from "./attributes.ts";
import { type Graph, type Node, type TensorType, type Value, roleName, sameShape, showType } from "./graph.ts";
import { inferShapes } from "./ops/index.ts";
import { ShapeMismatch } from "./ops/shape-mismatch.ts";

/** An error in a graph. `node` is the index of the node where it shows. */
export type GraphProblem =
  | { readonly kind: "unbound_value"; readonly value: Value; readonly node?: number }
  | { readonly kind: "doubly_bound_value"; readonly value: Value; readonly node?: number }
  | { readonly kind: "shared_id"; readonly id: number }
  | { readonly kind: "duplicate_name"; readonly of: "input" | "output"; readonly name: string }
  | { readonly kind: "wrong_name"; readonly name: string; readonly expected: string }
  | { readonly kind: "ill_typed"; readonly node: number; readonly op: OpName; readonly message: string };

/** Infers every type again and checks that each value is defined once, before it is read. */
export function verify(graph: Graph): readonly GraphProblem[] {
  const problems: GraphProblem[] = [...nameProblems(graph)];
  const bound = new Set<Value>();
  const ids = new Set<number>();
  const bind = (value: Value, node?: number): void => {
    const place = node === undefined ? {} : { node };
    if (bound.has(value)) problems.push({ kind: "doubly_bound_value", value, ...place });
    else if (ids.has(value.id)) problems.push({ kind: "shared_id", id: value.id });
    bound.add(value);
    ids.add(value.id);
  };

  for (const input of graph.inputs) bind(input.value);
  for (const [index, node] of graph.nodes.entries()) {
    for (const value of node.inputs)
      if (!bound.has(value)) problems.push({ kind: "unbound_value", value, node: index });
    const message = typeProblem(node);
    if (message) problems.push({ kind: "ill_typed", node: index, op: node.op, message });
    for (const value of node.outputs) bind(value, index);
  }
  for (const { value } of graph.outputs) if (!bound.has(value)) problems.push({ kind: "unbound_value", value });
  return problems;
}

function nameProblems(graph: Graph): readonly GraphProblem[] {
  return (["input", "output"] as const).flatMap((of) => {
    const ports = of === "input" ? graph.inputs : graph.outputs;
    const duplicates = ports.filter(({ name }, index) => ports.findIndex((other) => other.name === name) < index);
    const misnamed = ports.filter(({ name, role }) => name !== roleName(role));
    return [
      ...duplicates.map(({ name }): GraphProblem => ({ kind: "duplicate_name", of, name })),
      ...misnamed.map(({ name, role }): GraphProblem => ({ kind: "wrong_name", name, expected: roleName(role) })),
    ];
  });
}

function typeProblem(node: Node): string | undefined {
  try {
    const inferred = inferShapes(node.op, node.inputs, node.attributes);
    return sameTypes(inferred, node.outputs)
      ? undefined
      : `gives ${inferred.map(showType).join(", ")}, not ${node.outputs.map(showType).join(", ")}`;
  } catch (error) {
    if (error instanceof ShapeMismatch) return error.message;
    throw error;
  }
}

function sameTypes(left: readonly TensorType[], right: readonly TensorType[]): boolean {
  return (
    left.length === right.length &&
    left.every((type, index) => type.dtype === right[index]?.dtype && sameShape(type.shape, right[index].shape))
  );
}
