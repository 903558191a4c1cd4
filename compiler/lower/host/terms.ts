import type { Graph, Node, TensorType, Value } from "../../graph/graph.ts";
import { sizeOf } from "../../graph/graph.ts";
import { isOp } from "../../graph/is-op.ts";
import { type HostOp, hostOps } from "./host-ops.ts";

/**
 * The computation of one value, without movements that change nothing. `level`: the length of the chain of reductions
 * before it.
 */
export type Term = NumberTerm | ArrayTerm | PartialSum;

/** One element, or the same element everywhere. */
export type NumberTerm = { readonly kind: "number"; readonly level: number; readonly dtype: "float32" | "bool" } & (
  | { readonly from: "input"; readonly input: string }
  | { readonly from: "constant"; readonly value: number }
  | { readonly from: "op"; readonly op: HostOp; readonly operands: readonly NumberTerm[] }
  | { readonly from: "sum"; readonly of: ArrayTerm; readonly factor: number }
);

export type ArrayTerm = { readonly kind: "array"; readonly level: number; readonly size: number } & (
  | { readonly from: "input"; readonly input: string }
  | {
      readonly from: "op";
      readonly name: string;
      readonly op: HostOp;
      readonly operands: readonly (NumberTerm | ArrayTerm)[];
    }
);

/** A reduction over some axes that is later summed over the others too. */
interface PartialSum {
  readonly kind: "partial sum";
  readonly of: ArrayTerm;
  readonly factor: number;
}

/** The terms of all values in the order of the graph; `undefined` if the host lacks an op. */
export function termsOf(graph: Graph): ReadonlyMap<Value, Term> | undefined {
  const terms = new Map<Value, Term>();
  for (const { name, value } of graph.inputs) {
    if (value.dtype !== "float32") return undefined;
    const input = { from: "input", input: name, level: 0 } as const;
    terms.set(
      value,
      sizeOf(value.shape) === 1
        ? { kind: "number", dtype: "float32", ...input }
        : { kind: "array", size: sizeOf(value.shape), ...input },
    );
  }
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    const term =
      output &&
      termOf(
        node,
        output,
        node.inputs.map((input) => terms.get(input)),
      );
    if (!term) return undefined;
    terms.set(output, term);
  }
  return terms;
}

function termOf(node: Node, output: Value, operands: readonly (Term | undefined)[]): Term | undefined {
  const [first] = operands;
  if (isOp(node, "fill"))
    return output.dtype === "float32"
      ? { kind: "number", dtype: "float32", level: 0, from: "constant", value: node.attributes.value }
      : undefined;
  if (isOp(node, "reduce_sum") || isOp(node, "reduce_mean")) {
    const share = sizeOf(output.shape) / sizeOf(node.inputs[0]?.shape ?? []);
    return share === 1 ? first : sumOf(first, output, isOp(node, "reduce_mean") ? share : 1);
  }
  // The order of elements is unchanged; a repeated number is still a number.
  if (isOp(node, "reshape") || isOp(node, "broadcast_to") || isOp(node, "stop_gradient"))
    return first?.kind === "array" && first.size !== sizeOf(output.shape) ? undefined : first;
  const op = hostOps[node.op];
  return typeof op === "string" ? undefined : elementwise(node.op, op, output, operands);
}

function sumOf(summed: Term | undefined, { dtype, shape }: TensorType, factor: number): Term | undefined {
  if (dtype !== "float32") return undefined;
  if (summed?.kind === "array") return total({ kind: "partial sum", of: summed, factor }, shape);
  return summed?.kind === "partial sum" ? total({ ...summed, factor: summed.factor * factor }, shape) : undefined;
}

function total(sum: PartialSum, shape: TensorType["shape"]): Term {
  if (sizeOf(shape) > 1) return sum;
  return { kind: "number", dtype: "float32", from: "sum", of: sum.of, factor: sum.factor, level: sum.of.level + 1 };
}

function elementwise(
  name: string,
  op: HostOp,
  { dtype, shape }: TensorType,
  operands: readonly (Term | undefined)[],
): Term | undefined {
  if (dtype !== "float32" && dtype !== "bool") return undefined;
  const known = operands.flatMap((operand) =>
    operand === undefined || operand.kind === "partial sum" ? [] : [operand],
  );
  if (known.length < operands.length) return undefined;
  const level = Math.max(0, ...known.map((operand) => operand.level));
  const numbers = known.filter((operand) => operand.kind === "number");
  if (numbers.length === known.length) return { kind: "number", dtype, level, from: "op", op, operands: numbers };
  const size = sizeOf(shape);
  if (known.some((operand) => operand.kind === "array" && operand.size !== size)) return undefined;
  return { kind: "array", level, size, from: "op", name, op, operands: known };
}
