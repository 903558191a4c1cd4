import { GraphBuilder } from "../graph/builder.ts";
import { type Graph, type Value, sizeOf } from "../graph/graph.ts";
import { optimise } from "../passes/optimise.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import { type FixedSettings, type FixedValue, fixedValues } from "./fixed-values.ts";
import { isMadeRowByRow } from "./one-row.ts";

/**
 * The part of a forward graph that has the same values for an example in every step: it reads only frozen weights and
 * features, nothing random, and treats each row separately. Its values can be computed once for each example, and the
 * rest of the graph reads them like features.
 */
export interface FrozenCut {
  /**
   * The values that cross the cut, by the index of their node: graphs of other batch sizes have the same list of nodes.
   */
  readonly values: readonly { readonly node: number; readonly output: number }[];
  /** Bytes of these values for one row. */
  readonly rowBytes: number;
  /** Number of matrix products that the rest of the graph is spared. */
  readonly products: number;
}

/**
 * Largest number of bytes that are kept: more than this for each example is read from a disk no faster than it is
 * computed.
 */
const LARGEST_ROW = 2 ** 20;

/**
 * Finds where to cut; `undefined` if this saves no matrix product, or if too many values would have to be kept. `one`
 * gives the same graph for one row, by which the values will be computed; with it, the cut is also proved to have the
 * same values in that graph for each row.
 */
export function findFrozenCut(graph: Graph, settings: FixedSettings, one?: () => Graph): FrozenCut | undefined {
  const fixed = fixedValues(graph, settings);
  const producers = producersOf(graph);
  const crossing = crossingValues(graph, fixed);
  const kept = new Set<Value>();
  /** True if a matrix product is needed to make a value from features, constants and kept values. */
  const needsProduct = (value: Value): boolean => {
    const made = kept.has(value) ? undefined : producers.get(value);
    return (
      made !== undefined &&
      fixed.get(value)?.kind === "row" &&
      (made.node.op === "matmul" || made.node.inputs.some(needsProduct))
    );
  };
  for (const value of producers.keys())
    if (crossing.has(value) && value.dtype === "float32" && needsProduct(value)) kept.add(value);
  const rowBytes = [...kept].reduce((sum, { shape }) => sum + (4 * sizeOf(shape)) / settings.rows, 0);
  if (kept.size === 0 || rowBytes > LARGEST_ROW) return undefined;
  if (one && !isMadeRowByRow(graph, one(), { rows: settings.rows, values: kept })) return undefined;
  const values = [...kept].flatMap((value) => {
    const made = producers.get(value);
    return made ? [{ node: made.index, output: made.output }] : [];
  });
  return { values, rowBytes, products: prefixOf(graph, values).nodes.filter(({ op }) => op === "matmul").length };
}

/** For each value, its node and its index among the node's outputs. */
function producersOf({ nodes }: Graph) {
  return new Map(
    nodes.flatMap((node, index) => node.outputs.map((value, output) => [value, { node, index, output }] as const)),
  );
}

/** Values of rows that no step changes and that something reads which a step does change. */
function crossingValues(graph: Graph, fixed: ReadonlyMap<Value, FixedValue>): ReadonlySet<Value> {
  const changing = graph.nodes.filter((node) => node.outputs.some((output) => !fixed.has(output)));
  const read = [...changing.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)];
  return new Set(read.filter((value) => fixed.get(value)?.kind === "row"));
}

/** The name of the feature that carries a value across the cut. */
export function frozenFeature(index: number): string {
  return `frozen.${index}`;
}

/** The graph from features and frozen weights to the values that cross the cut, one `stream` output for each. */
export function prefixOf(graph: Graph, values: FrozenCut["values"]): Graph {
  const outputs = values.map((location, index) => {
    const stream = frozenFeature(index);
    return { name: `stream/${stream}`, role: { kind: "stream", stream } as const, value: valueAt(graph, location) };
  });
  return optimise(removeDeadCode({ ...graph, name: `${graph.name}/frozen`, outputs }, { unusedInputs: "drop" }));
}

/** The graph with the values that cross the cut as features. */
export function restOf(graph: Graph, values: FrozenCut["values"]): Graph {
  const builder = GraphBuilder.onInputsOf(graph);
  const given = new Map(
    values.map((location, index) => {
      const value = valueAt(graph, location);
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
