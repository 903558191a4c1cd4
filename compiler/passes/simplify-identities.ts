import type { OpName } from "../graph/attributes.ts";
import { type Graph, type Node, type Value, sameShape } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { broadcastShapes } from "../graph/ops/operands.ts";
import { type Rewriting, type Rule, rewrite } from "./rewrite.ts";

/** Removes nodes that change nothing and joins neighbours of one kind into one pass over memory. */
export function simplifyIdentities(graph: Graph): Graph {
  return rewrite(graph, (node, context) => {
    const lean = withoutBroadcasts(node, context);
    const result = simplified[lean.op]?.(lean, context);
    return result ?? (lean === node ? undefined : context.builder.emitAll(lean.op, lean.inputs, lean.attributes));
  });
}

/** The replacement of a node by `x` if that has the node's own shape and dtype, else `undefined`. */
function same(node: Node, x: Value | undefined): readonly Value[] | undefined {
  const [output] = node.outputs;
  return x && output && x.dtype === output.dtype && sameShape(x.shape, output.shape) ? [x] : undefined;
}

const simplified: { readonly [Op in OpName]?: Rule } = {
  add: (node, { e, producer, uniform }) => {
    const [a, b] = node.inputs;
    if (uniform(b) === 0) return same(node, a);
    if (uniform(a) === 0) return same(node, b);
    const negated = producer(b);
    return a && isOp(negated, "negate") && negated.inputs[0] ? [e.subtract(a, negated.inputs[0])] : undefined;
  },
  subtract: (node, { e, producer, uniform }) => {
    const [a, b] = node.inputs;
    if (uniform(b) === 0) return same(node, a);
    const negated = producer(b);
    return a && isOp(negated, "negate") && negated.inputs[0] ? [e.add(a, negated.inputs[0])] : undefined;
  },
  multiply: (node, context) => {
    const [a, b] = node.inputs;
    if (context.uniform(b) === 1) return same(node, a);
    if (context.uniform(a) === 1) return same(node, b);
    return joinedFactors(node, context);
  },
  divide: (node, { uniform }) => (uniform(node.inputs[1]) === 1 ? same(node, node.inputs[0]) : undefined),
  negate: (node, { producer }) => {
    const inner = producer(node.inputs[0]);
    return isOp(inner, "negate") ? same(node, inner.inputs[0]) : undefined;
  },
  cast: (node) => same(node, node.inputs[0]),
  reduce_sum: reshapeIfSizeKept,
  reduce_mean: reshapeIfSizeKept,
  reduce_max: reshapeIfSizeKept,
  reshape: (node, context) => {
    const [x] = node.inputs;
    return same(node, x) ?? (isOp(context.producer(x), "reshape") ? reshaped(node, context) : undefined);
  },
  transpose: (node, context) => {
    const { e, producer } = context;
    const [x] = node.inputs;
    if (!isOp(node, "transpose") || !x) return undefined;
    const { permutation } = node.attributes;
    const moved = permutation.filter((axis) => x.shape[axis] !== 1);
    // If the axes longer than one keep their order, so does the data.
    if (moved.every((axis, index) => index === 0 || axis > (moved[index - 1] ?? axis))) return reshaped(node, context);
    const inner = producer(x);
    const [source] = inner?.inputs ?? [];
    if (!isOp(inner, "transpose") || !source) return undefined;
    return [
      e.transpose(
        source,
        permutation.map((axis) => inner.attributes.permutation[axis] ?? axis),
      ),
    ];
  },
  broadcast_to: (node, { e, producer }) => {
    const [x] = node.inputs;
    const [output] = node.outputs;
    const inner = producer(x);
    const source = isOp(inner, "broadcast_to") ? inner.inputs[0] : undefined;
    return same(node, x) ?? (source && output ? [e.broadcastTo(source, output.shape)] : undefined);
  },
  slice: (node) => same(node, node.inputs[0]),
  pad: (node) => same(node, node.inputs[0]),
  concat: (node) => (node.inputs.length === 1 ? same(node, node.inputs[0]) : undefined),
};

/** The only input, reshaped to the output's shape; a reshape before it is skipped. */
function reshaped(node: Node, { e, producer }: Rewriting): readonly Value[] | undefined {
  const [x] = node.inputs;
  const [output] = node.outputs;
  const inner = producer(x);
  const source = isOp(inner, "reshape") ? inner.inputs[0] : x;
  return source && output ? [e.reshape(source, output.shape)] : undefined;
}

function reshapeIfSizeKept(node: Node, context: Rewriting): readonly Value[] | undefined {
  const [x] = node.inputs;
  const axes =
    isOp(node, "reduce_sum") || isOp(node, "reduce_mean") || isOp(node, "reduce_max") ? node.attributes.axes : [];
  return axes.every((axis) => x?.shape[axis] === 1) ? reshaped(node, context) : undefined;
}

/** (x·c)·d = x·(c·d) for numbers c and d. */
function joinedFactors(node: Node, context: Rewriting): readonly Value[] | undefined {
  const outer = scaled(node, context);
  const inner = outer && scaled(context.producer(outer.x), context);
  if (!outer || !inner || !same(node, inner.x) || inner.x.dtype !== "float32") return undefined;
  return [context.e.multiply(inner.x, outer.factor * inner.factor)];
}

function scaled(
  node: Node | undefined,
  { uniform }: Rewriting,
): { readonly x: Value; readonly factor: number } | undefined {
  if (!isOp(node, "multiply")) return undefined;
  const [a, b] = node.inputs;
  const right = uniform(b);
  if (a && right !== undefined) return { x: a, factor: right };
  const left = uniform(a);
  return b && left !== undefined ? { x: b, factor: left } : undefined;
}

const BROADCASTING: ReadonlySet<OpName> = new Set<OpName>([
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "equal",
  "less",
  "less_equal",
  "greater",
  "greater_equal",
  "logical_and",
  "logical_or",
  "select",
]);

/** An op that broadcasts by itself reads the source of a broadcast, if another operand determines the shape. */
function withoutBroadcasts(node: Node, context: Rewriting): Node {
  const [output] = node.outputs;
  if (!output || !BROADCASTING.has(node.op)) return node;
  return node.inputs.reduce((lean: Node, input, index) => {
    const source = broadcastSource(input, context);
    if (!source) return lean;
    const inputs = lean.inputs.with(index, source);
    return sameShape(broadcastShapes(node.op, inputs), output.shape) ? { ...lean, inputs } : lean;
  }, node);
}

function broadcastSource(value: Value, { e, producer, uniform }: Rewriting): Value | undefined {
  const source = producer(value);
  const number = uniform(value);
  if (number !== undefined) return value.shape.length > 0 ? e.scalar(number, value.dtype) : undefined;
  return isOp(source, "broadcast_to") ? source.inputs[0] : undefined;
}
