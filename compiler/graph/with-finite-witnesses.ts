import { GraphBuilder } from "./builder.ts";
import { expressions } from "./expressions.ts";
import type { Graph, GraphOutput, Node, Value } from "./graph.ts";
import { removeDeadCode } from "./remove-dead-code.ts";

export interface Witnessed {
  /** The graph, with a scalar output for each watched value: 0 if the whole value is finite, else NaN. */
  readonly graph: Graph;
  /** The watched values with their nodes, in order of computation and of the graph's outputs. */
  readonly watched: readonly { readonly node: Node; readonly value: Value }[];
}

/**
 * A graph that shows which of the float values that `result` depends on are finite: x·0 is 0 for every finite x, else
 * NaN.
 */
export function withFiniteWitnesses(graph: Graph, result: GraphOutput): Witnessed {
  const needed = removeDeadCode({ ...graph, outputs: [result] }, { unusedInputs: "drop" });
  const builder = GraphBuilder.from({ ...needed, outputs: [] });
  const e = expressions(builder);
  const watched = needed.nodes.flatMap((node) =>
    node.outputs.filter(({ dtype }) => dtype === "float32").map((value) => ({ node, value })),
  );
  for (const [index, { value }] of watched.entries()) {
    builder.output(
      { kind: "scalar", name: `finite.${index}` },
      e.reduceSum(e.multiply(value, 0), [...value.shape.keys()], "drop"),
    );
  }
  return { graph: builder.build(`${graph.name} watched`), watched };
}
