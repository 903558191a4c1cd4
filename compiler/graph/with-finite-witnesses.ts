import { GraphBuilder } from "./builder.ts";
import { expressions } from "./expressions.ts";
import type { Graph, GraphOutput, Node, Value } from "./graph.ts";
import { removeDeadCode } from "./remove-dead-code.ts";

export interface Witnessed {
  /** A scalar output for each watched value: 0 where all of the value is finite, NaN where anything in it is not. */
  readonly graph: Graph;
  /** The watched values with the nodes that make them, in order of computation and of the graph's outputs. */
  readonly watched: readonly { readonly node: Node; readonly value: Value }[];
}

/** A graph that tells which of the float values that `result` depends on are finite: x·0 is 0 for every finite x, and else NaN. */
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
