import type { Graph, Node, Value } from "../graph/graph.ts";
import { axesOf } from "../graph/ops/index.ts";

/**
 * An axis of a weight whose indices stand for something that has a name: a class that is predicted, or an id of a
 * feature.
 */
export interface LabelAxis {
  readonly axis: number;
  readonly of: { readonly kind: "prediction" } | { readonly kind: "feature"; readonly feature: string };
}

/**
 * Finds the axes of weights that become the last axis of a prediction, by following this axis back through the graph
 * (to the kernel and bias of a head, whatever its name or layers are), and the axes of tables in which ids of a feature
 * are looked up.
 */
export function labelAxes(graph: Graph): ReadonlyMap<string, LabelAxis> {
  const weights = new Map(
    graph.inputs.flatMap(({ role, value }) => (role.kind === "weight" ? [[value, role.weight] as const] : [])),
  );
  const found = new Map<string, LabelAxis>();
  const axes = new Map<Value, number>();
  for (const { role, value } of graph.outputs) if (role.kind === "prediction") axes.set(value, value.shape.length - 1);
  for (const node of graph.nodes.toReversed()) {
    const [output] = node.outputs;
    const axis = output && axes.get(output);
    if (axis !== undefined) for (const [input, own] of axesBefore(node, axis)) axes.set(input, own);
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

/** Values that contain the ids of a feature, possibly rearranged. */
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

/** The axes of a node's inputs that an axis of its first output follows index by index. */
function axesBefore(node: Node, axis: number): readonly (readonly [Value, number])[] {
  const sources = axesOf(node)[0]?.[axis]?.sources ?? [];
  return sources.flatMap(({ input, axis: own, along }) => {
    const value = node.inputs[input];
    return value && along !== "outermost" ? [[value, own] as const] : [];
  });
}
