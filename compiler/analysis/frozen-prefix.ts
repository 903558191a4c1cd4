import { GraphBuilder } from "../graph/builder.ts";
import { type Graph, type GraphInput, type Node, type Value, sizeOf } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { optimise } from "../passes/optimise.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";

/**
 * The part of a forward graph that gives the same for an example in every step: it reads frozen weights and features only, nothing random, and
 * each row by itself. Its values can be computed once for each example, and the rest of the graph takes them like features.
 */
export interface FrozenCut {
  /** What crosses the cut, as places in the list of nodes: graphs of other batch sizes have the same list. */
  readonly values: readonly { readonly node: number; readonly output: number }[];
  /** Bytes of these values for one row. */
  readonly rowBytes: number;
  /** Products that the rest is spared. */
  readonly products: number;
}

export interface CutSettings {
  /** Rows of the graph. */
  readonly rows: number;
  readonly isTrained: (weight: string) => boolean;
  /** Whether the reader draws a feature anew each epoch. */
  readonly isDrawn: (feature: string) => boolean;
}

/** More than this for each example is read from a disk no faster than it is computed. */
const MOST_BYTES = 2 ** 20;

/** Where to cut, or nothing where no product is spared or too much would be kept. */
export function findFrozenCut(graph: Graph, settings: CutSettings): FrozenCut | undefined {
  const fixed = fixedValues(graph, settings);
  const producer = new Map(
    graph.nodes.flatMap((node, index) =>
      node.outputs.map((value, output) => [value, { node, index, output }] as const),
    ),
  );
  const crossing = new Set<Value>();
  for (const node of graph.nodes) {
    if (node.outputs.some((output) => !fixed.has(output)))
      for (const input of node.inputs) if (fixed.get(input) === "row") crossing.add(input);
  }
  for (const { value } of graph.outputs) if (fixed.get(value) === "row") crossing.add(value);
  const kept = new Set<Value>();
  /** Whether a value takes a product to make from features, constants and what is kept. */
  const needsProduct = (value: Value): boolean => {
    const made = kept.has(value) ? undefined : producer.get(value);
    return (
      made !== undefined &&
      fixed.get(value) === "row" &&
      (made.node.op === "matmul" || made.node.inputs.some(needsProduct))
    );
  };
  for (const value of producer.keys())
    if (crossing.has(value) && value.dtype === "float32" && needsProduct(value)) kept.add(value);
  const rowBytes = [...kept].reduce((sum, { shape }) => sum + (4 * sizeOf(shape)) / settings.rows, 0);
  if (kept.size === 0 || rowBytes > MOST_BYTES) return undefined;
  const values = [...kept].flatMap((value) => {
    const made = producer.get(value);
    return made ? [{ node: made.index, output: made.output }] : [];
  });
  return { values, rowBytes, products: prefixOf(graph, values).nodes.filter(({ op }) => op === "matmul").length };
}

/** The name of the feature that carries a value across the cut. */
export function frozenFeature(index: number): string {
  return `frozen.${index}`;
}

/** From features and frozen weights to what crosses the cut, one `stream` output for each value. */
export function prefixOf(graph: Graph, values: FrozenCut["values"]): Graph {
  const outputs = values.map((place, index) => {
    const stream = frozenFeature(index);
    return { name: `stream/${stream}`, role: { kind: "stream", stream } as const, value: valueAt(graph, place) };
  });
  return optimise(removeDeadCode({ ...graph, name: `${graph.name}/frozen`, outputs }, { unusedInputs: "drop" }));
}

/** The graph with what crosses the cut as features. */
export function restOf(graph: Graph, values: FrozenCut["values"]): Graph {
  const builder = GraphBuilder.onInputsOf(graph);
  const given = new Map(
    values.map((place, index) => {
      const value = valueAt(graph, place);
      return [value, builder.input({ kind: "feature", feature: frozenFeature(index) }, value)] as const;
    }),
  );
  const current = (value: Value): Value => given.get(value) ?? value;
  for (const node of graph.nodes) builder.append({ ...node, inputs: node.inputs.map(current) });
  for (const { role, value } of graph.outputs) builder.output(role, current(value));
  return removeDeadCode(builder.build(graph.name), { unusedInputs: "drop" });
}

function valueAt({ nodes }: Graph, { node, output }: FrozenCut["values"][number]): Value {
  const value = nodes[node]?.outputs[output];
  if (!value) throw new Error(`no value ${node}.${output}`);
  return value;
}

/** `constant` is the same for all rows; of a `row` value, equal parts from the front on belong to the rows, each depending on its row alone. */
type Fixed = "constant" | "row";

/** Every value that no step changes. */
function fixedValues({ inputs, nodes }: Graph, settings: CutSettings): ReadonlyMap<Value, Fixed> {
  const fixed = new Map<Value, Fixed>();
  for (const input of inputs) {
    const kind = fixedInput(input, settings);
    if (kind) fixed.set(input.value, kind);
  }
  for (const node of nodes) {
    const kinds = node.inputs.map((input) => fixed.get(input));
    if (kinds.includes(undefined)) continue;
    const kind = kinds.includes("row") ? "row" : "constant";
    if (kind === "row" && !keepsRows(node, (value) => fixed.get(value) === "row", settings.rows)) continue;
    for (const output of node.outputs) fixed.set(output, kind);
  }
  return fixed;
}

function fixedInput({ role }: GraphInput, { isTrained, isDrawn }: CutSettings): Fixed | undefined {
  if (role.kind === "weight") return isTrained(role.weight) ? undefined : "constant";
  return role.kind === "feature" && !isDrawn(role.feature) ? "row" : undefined;
}

/** Whether rows stay apart, and in their order. */
function keepsRows(node: Node, isRow: (value: Value) => boolean, rows: number): boolean {
  const [output] = node.outputs;
  const [first, second] = node.inputs;
  if (!output || !first || (output.shape[0] ?? 0) % rows !== 0 || output.shape.length === 0) return false;
  if (isOp(node, "matmul")) {
    if (!second) return false;
    const isBatched = first.shape.length > 2 && second.shape.length === first.shape.length;
    return isBatched || (isRow(first) && !isRow(second) && !(node.attributes.transpose_a && first.shape.length === 2));
  }
  if (isOp(node, "reshape")) return true;
  if (isOp(node, "transpose")) return node.attributes.permutation[0] === 0;
  if (isOp(node, "reduce_sum") || isOp(node, "reduce_mean") || isOp(node, "reduce_max"))
    return !node.attributes.axes.includes(0);
  if (isOp(node, "argmax")) return node.attributes.axis !== 0;
  if (isOp(node, "concat")) return node.attributes.axis !== 0;
  if (isOp(node, "slice")) return node.attributes.starts[0] === 0 && node.attributes.sizes[0] === first.shape[0];
  if (isOp(node, "pad")) return node.attributes.before[0] === 0 && node.attributes.after[0] === 0;
  if (isOp(node, "gather"))
    return second !== undefined && (node.attributes.axis === 0 ? !isRow(first) : !isRow(second));
  if (isOp(node, "one_hot")) return true;
  if (lastAxis.has(node.op)) return first.shape.length > 1;
  // Elementwise: rows broadcast against what is the same for all of them.
  return (
    placewise.has(node.op) &&
    node.inputs.every(
      (input) => !isRow(input) || (input.shape.length === output.shape.length && input.shape[0] === output.shape[0]),
    )
  );
}

const lastAxis = new Set<Node["op"]>(["softmax", "log_softmax", "layer_norm"]);
const placewise = new Set<Node["op"]>([
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
  "logical_not",
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
  "broadcast_to",
]);
