import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph, GraphInput, Layout, Value } from "../../graph/graph.ts";
import { indexRangesOf } from "../../graph/index-ranges.ts";
import type { Axis } from "./axis.ts";
import { isWhole } from "./layout.ts";

/** An input of the full graph, with the layouts of the shorter graph's axes in it. */
export interface Cut {
  readonly whole: GraphInput;
  readonly axes: readonly Axis[];
}

/**
 * The graph with whole weights as inputs, from which it takes those indices that it uses, so that all lengths train the
 * same weights; and with random bytes whose indices are those of the full length, so that dropout is the same at all
 * lengths.
 */
export function cutInputs(graph: Graph, cuts: ReadonlyMap<GraphInput, Cut>): Graph {
  const builder = new GraphBuilder();
  const values = new Map<Value, Value>();
  const current = (value: Value): Value => {
    const found = values.get(value);
    if (!found) throw new Error(`a value is read before it is made in ${graph.name}`);
    return found;
  };
  for (const input of graph.inputs) values.set(input.value, inputOf(builder, input, cuts.get(input)));
  for (const node of graph.nodes) {
    builder.origin = node.origin;
    const outputs = builder.emitAll(node.op, node.inputs.map(current), node.attributes);
    for (const [index, output] of outputs.entries()) {
      const before = node.outputs[index];
      if (before) values.set(before, output);
    }
  }
  for (const { role, value } of graph.outputs) builder.output(role, current(value));
  return builder.build(graph.name);
}

function inputOf(builder: GraphBuilder, { role, value }: GraphInput, cut: Cut | undefined): Value {
  const layouts = cut?.axes.map((axis) => axis.resolve()) ?? [];
  if (!cut || role.kind === "feature") return builder.input(role, value);
  if (role.kind === "random")
    return builder.input(
      { ...role, part: { whole: cut.whole.value.shape.slice(1), layouts: layouts.slice(1) } },
      value,
    );
  return layouts.reduce(
    (whole, layout, axis) => (isWhole(layout) ? whole : indicesOf(builder, whole, layout, axis)),
    builder.input(role, cut.whole.value),
  );
}

/** The indices of one axis that a layout has. */
function indicesOf(builder: GraphBuilder, whole: Value, layout: Layout, axis: number): Value {
  const at = (index: number, number: number, other: number): number => (index === axis ? number : other);
  const parts = indexRangesOf(layout).map(({ start, size }) =>
    builder.emit("slice", [whole], {
      starts: whole.shape.map((_, index) => at(index, start, 0)),
      sizes: whole.shape.map((all, index) => at(index, size, all)),
    }),
  );
  const [first = whole, ...others] = parts;
  return others.length === 0 ? first : builder.emit("concat", parts, { axis });
}
