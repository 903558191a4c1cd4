import type { Graph, Node, Value } from "../graph/graph.ts";
import { axesOf } from "../graph/ops/index.ts";
import type { TargetOutput } from "../targets/target.ts";

/** The meaning of the indices along the last axis of a prediction. */
export type PredictionLabels = NonNullable<TargetOutput["labels"]>;

/**
 * An axis of a weight whose indices stand for something that has a name: a class that is predicted, or an id of a
 * feature.
 */
export interface LabelAxis {
  readonly axis: number;
  readonly of:
    | { readonly kind: "prediction"; readonly labels: PredictionLabels }
    | { readonly kind: "feature"; readonly feature: string };
}

/**
 * Finds the axes of weights that become the last axis of a prediction whose indices have a meaning, by following this axis back through the graph
 * (to the kernel and bias of a head, whatever its name or layers are), and those that become the rows of a table in which ids of
 * a feature are looked up.
 */
export function labelAxes(
  graph: Graph,
  predicted: readonly Pick<TargetOutput, "name" | "labels">[],
): ReadonlyMap<string, LabelAxis> {
  const axes = new Map<Value, LabelAxis>();
  const labelsOf = new Map(predicted.map(({ name, labels }) => [name, labels]));
  for (const { role, value } of graph.outputs) {
    const labels = role.kind === "prediction" ? labelsOf.get(role.name) : undefined;
    if (labels) axes.set(value, { axis: value.shape.length - 1, of: { kind: "prediction", labels } });
  }
  followBack(graph, axes);
  const tables = new Map<Value, LabelAxis>();
  const ids = idsOf(graph);
  for (const {
    op,
    inputs: [table, indices],
  } of graph.nodes) {
    const feature = indices && ids.get(indices);
    if (op === "gather" && table && feature !== undefined)
      tables.set(table, { axis: 0, of: { kind: "feature", feature } });
  }
  followBack(graph, tables);
  const found = new Map([...axes, ...tables]);
  return new Map(
    graph.inputs.flatMap(({ role, value }) => {
      const axis = found.get(value);
      return role.kind === "weight" && axis ? [[role.weight, axis] as const] : [];
    }),
  );
}

/** Adds the values and axes from which those of a table come. */
function followBack({ nodes }: Graph, axes: Map<Value, LabelAxis>): void {
  for (const node of nodes.toReversed()) {
    const [output] = node.outputs;
    const known = output && axes.get(output);
    if (known) for (const [input, axis] of axesBefore(node, known.axis)) axes.set(input, { ...known, axis });
  }
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
