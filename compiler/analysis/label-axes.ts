import type { Graph, Node, Value } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";

/** An axis of a weight whose places stand for something that has a name: a class of what is predicted, or an id of a feature. */
export interface LabelAxis {
  readonly axis: number;
  readonly of: { readonly kind: "prediction" } | { readonly kind: "feature"; readonly feature: string };
}

/**
 * The axes of weights that are the last axis of a prediction, followed back through the graph (the kernel and bias of a head, whatever it is
 * called and however it is made), and those that ids of a feature look rows up in.
 */
export function labelAxes(graph: Graph): ReadonlyMap<string, LabelAxis> {
  const weights = new Map(
    graph.inputs.flatMap(({ role, value }) => (role.kind === "weight" ? [[value, role.weight] as const] : [])),
  );
  const found = new Map<string, LabelAxis>();
  const axes = new Map<Value, number>();
  for (const { role, value } of graph.outputs) if (role.kind === "prediction") axes.set(value, value.shape.length - 1);
  for (const node of graph.nodes.toReversed()) {
    for (const output of node.outputs) {
      const axis = axes.get(output);
      if (axis !== undefined) for (const [input, place] of axesBefore(node, axis)) axes.set(input, place);
    }
  }
  for (const [value, axis] of axes) {
    const weight = weights.get(value);
    if (weight !== undefined) found.set(weight, { axis, of: { kind: "prediction" } });
  }
  const ids = idsOf(graph);
  for (const {
    op,
    inputs: [table, indices],
  } of graph.nodes) {
    const [weight, feature] = [table && weights.get(table), indices && ids.get(indices)];
    if (op === "gather" && weight !== undefined && feature !== undefined)
      found.set(weight, { axis: 0, of: { kind: "feature", feature } });
  }
  return found;
}

const moved = new Set<Node["op"]>(["reshape", "cast", "slice", "transpose", "broadcast_to"]);

/** Values that are ids of a feature, rearranged at most. */
function idsOf({ inputs, nodes }: Graph): ReadonlyMap<Value, string> {
  const ids = new Map(
    inputs.flatMap(({ role, value }) => (role.kind === "feature" ? [[value, role.feature] as const] : [])),
  );
  for (const {
    op,
    inputs: [input],
    outputs: [output],
  } of nodes) {
    const feature = input && ids.get(input);
    if (moved.has(op) && output && feature !== undefined) ids.set(output, feature);
  }
  return ids;
}

/** The axis of each input that an axis of the node's output is, where it is one place for place. */
function axesBefore(node: Node, axis: number): readonly (readonly [Value, number])[] {
  const [output] = node.outputs;
  const [first, second] = node.inputs;
  if (!output || !first) return [];
  const size = output.shape[axis];
  if (isOp(node, "matmul")) {
    if (!second || axis !== output.shape.length - 1) return [];
    return [[second, second.shape.length - (node.attributes.transpose_b ? 2 : 1)]];
  }
  if (isOp(node, "transpose")) return [[first, node.attributes.permutation[axis] ?? axis]];
  if (isOp(node, "reshape")) {
    const inner = (of: Value, from: number): number =>
      of.shape.slice(from + 1).reduce((product, each) => product * each, 1);
    const before = first.shape.findIndex((each, place) => each === size && inner(first, place) === inner(output, axis));
    return before < 0 ? [] : [[first, before]];
  }
  if (isOp(node, "reduce_sum") || isOp(node, "reduce_mean") || isOp(node, "reduce_max")) {
    if (node.attributes.keep_dimensions) return node.attributes.axes.includes(axis) ? [] : [[first, axis]];
    const kept = first.shape.map((_, place) => place).filter((place) => !node.attributes.axes.includes(place));
    return [[first, kept[axis] ?? axis]];
  }
  if (isOp(node, "concat"))
    return node.attributes.axis === axis ? [] : node.inputs.map((input) => [input, axis] as const);
  if (isOp(node, "slice") || placewise.has(node.op)) {
    // By NumPy's broadcasting axes are counted from the end.
    return node.inputs
      .map((input) => [input, axis - output.shape.length + input.shape.length] as const)
      .filter(([input, place]) => place >= 0 && input.shape[place] === size);
  }
  return [];
}

const placewise = new Set<Node["op"]>([
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "select",
  "negate",
  "exp",
  "log",
  "sqrt",
  "reciprocal",
  "erf",
  "tanh",
  "sigmoid",
  "relu",
  "gelu",
  "softplus",
  "sin",
  "cos",
  "abs",
  "sign",
  "cast",
  "stop_gradient",
  "softmax",
  "log_softmax",
  "broadcast_to",
]);
