import type { Graph, Node, Shape, Value } from "../../graph/graph.ts";
import { sizeOf } from "../../graph/graph.ts";
import { isOp } from "../../graph/is-op.ts";
import { ops } from "../../graph/ops/index.ts";

/** The elements of a value, row-major; `undefined` if they depend on an input of the graph, or are too many. */
export type ConstantValues = (value: Value) => ArrayLike<number> | undefined;

/** A text of 4,096 tokens has 2 ** 24 pairs of them. */
const largestConstant = 2 ** 24;

/** The elements of those values of a graph that are the same in every run. */
export function constantValues({ nodes }: Graph): ConstantValues {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const known = new Map<Value, ArrayLike<number> | undefined>();
  const valuesOf: ConstantValues = (value) => {
    if (known.has(value)) return known.get(value);
    const node = producers.get(value);
    const values = node && sizeOf(value.shape) <= largestConstant ? evaluate(node, value.shape, valuesOf) : undefined;
    known.set(value, values);
    return values;
  };
  return valuesOf;
}

function evaluate(node: Node, shape: Shape, valuesOf: ConstantValues): ArrayLike<number> | undefined {
  if (isOp(node, "constant")) return node.attributes.data;
  if (isOp(node, "fill")) return new Float64Array(sizeOf(shape)).fill(node.attributes.value);
  const { fold } = ops[node.op];
  const [x, y] = node.inputs;
  if (fold === "never" || !x) return undefined;
  const a = valuesOf(x);
  const b = y ? valuesOf(y) : a;
  if (!a || !b) return undefined;
  if (fold === "keeps_order") return a;
  const strides = isOp(node, "transpose")
    ? node.attributes.permutation.map((axis) => stridesOf(x.shape)[axis] ?? 0)
    : broadcastStrides(x.shape, shape);
  if (fold === "same_elements") {
    const starts = isOp(node, "slice") ? node.attributes.starts : shape.map(() => 0);
    const first = starts.reduce((sum, start, axis) => sum + start * (stridesOf(x.shape)[axis] ?? 0), 0);
    return indicesOf(shape, isOp(node, "slice") ? stridesOf(x.shape) : strides).map((index) => a[first + index] ?? 0);
  }
  const others = indicesOf(shape, broadcastStrides((y ?? x).shape, shape));
  const round = node.outputs[0]?.dtype === "int32" ? Math.trunc : (element: number): number => element;
  return indicesOf(shape, strides).map((index, place) =>
    round(fold(a[index] ?? Number.NaN, b[others[place] ?? 0] ?? Number.NaN)),
  );
}

function stridesOf(shape: Shape): readonly number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** The strides of a tensor that is repeated to a shape as NumPy broadcasts. */
function broadcastStrides(from: Shape, to: Shape): readonly number[] {
  const strides = stridesOf(from);
  return to.map((_, axis) => {
    const own = axis - to.length + from.length;
    return from[own] === 1 ? 0 : (strides[own] ?? 0);
  });
}

/** The index of each element of a shape, row-major, in a tensor with these strides. */
function indicesOf(shape: Shape, strides: readonly number[]): Float64Array {
  let indices = new Float64Array(1);
  for (const [axis, size] of shape.entries()) {
    const stride = strides[axis] ?? 0;
    const next = new Float64Array(indices.length * size);
    for (const [place, index] of indices.entries())
      for (let at = 0; at < size; at++) next[place * size + at] = index + at * stride;
    indices = next;
  }
  return indices;
}
