import type { OpAttributes } from "../graph/attributes.ts";
import { type DType, type Graph, type Node, type Value, sizeOf } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { ops } from "../graph/ops/index.ts";
import { type Rewriting, type Rule, rewrite } from "./rewrite.ts";

/** Larger results are computed at run time, so that the graph does not carry data that it can derive. */
const LARGEST_FOLDED = 1024;

type Known = OpAttributes["constant"]["data"] | number;

/** Evaluates nodes whose operands are all known: elementwise ops, casts, and movement of uniform values. */
export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, folded);
}

const folded: Rule = (node, context) => {
  const [output] = node.outputs;
  if (!output) return undefined;
  if (isOp(node, "constant")) {
    const [first] = node.attributes.data;
    const uniform = first !== undefined && node.attributes.data.every((value) => Object.is(value, first));
    return uniform ? [fill(context, output, first)] : undefined;
  }
  const operands = node.inputs.map((input) => known(input, context));
  const [only] = operands;
  if (only === undefined || operands.includes(undefined)) return undefined;
  const { fold } = ops[node.op];
  if (fold === "never") return undefined;
  if (typeof fold === "function") return elementwise(fold, node, operands, context);
  if (typeof only === "number") return [fill(context, output, only)];
  return fold === "keeps_order"
    ? [context.builder.emit("constant", [], { dtype: output.dtype, shape: output.shape, data: only })]
    : undefined;
};

function elementwise(
  evaluate: (a: number, b: number) => number,
  node: Node,
  operands: readonly (Known | undefined)[],
  context: Rewriting,
): readonly Value[] | undefined {
  const [output] = node.outputs;
  if (!output) return undefined;
  const at = (operand: Known | undefined, index: number): number =>
    typeof operand === "number" ? operand : (operand?.[index] ?? Number.NaN);
  const value = (index: number): number =>
    rounded[output.dtype](evaluate(at(operands[0], index), at(operands[1], index)));
  if (operands.every((operand) => typeof operand === "number")) return [fill(context, output, value(0))];
  const size = sizeOf(output.shape);
  const aligned = operands.every(
    (operand, index) => typeof operand === "number" || sizeOf(node.inputs[index]?.shape ?? []) === size,
  );
  if (!aligned || size > LARGEST_FOLDED) return undefined;
  const data = arrays[output.dtype](size).map((_, index) => value(index));
  return [context.builder.emit("constant", [], { dtype: output.dtype, shape: output.shape, data })];
}

function known(value: Value, { producer }: Rewriting): Known | undefined {
  const source = producer(value);
  if (isOp(source, "fill")) return source.attributes.value;
  return isOp(source, "constant") ? source.attributes.data : undefined;
}

function fill({ builder }: Rewriting, { dtype, shape }: Value, value: number): Value {
  return builder.emit("fill", [], { dtype, shape, value });
}

/** A float32 `fill` keeps the float64 number; the lowering rounds once, when it writes the number. */
const rounded: { [Type in DType]: (value: number) => number } = {
  float32: (value) => value,
  int32: (value) => Math.trunc(value) | 0,
  uint8: (value) => Math.trunc(value) & 255,
  bool: (value) => (value === 0 ? 0 : 1),
};

const arrays: { [Type in DType]: (size: number) => Float32Array | Int32Array | Uint8Array } = {
  float32: (size) => new Float32Array(size),
  int32: (size) => new Int32Array(size),
  uint8: (size) => new Uint8Array(size),
  bool: (size) => new Uint8Array(size),
};
