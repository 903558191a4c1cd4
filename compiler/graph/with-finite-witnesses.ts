import { GraphBuilder } from "./builder.ts";
import { expressions } from "./expressions.ts";
import type { Graph, Node, Value } from "./graph.ts";

export interface Witnessed {
  /** A scalar output for each watched value: 0 where all of the value is finite, NaN where anything in it is not. */
  readonly graph: Graph;
  /** The watched values with the nodes that make them, in order of computation and of the graph's outputs. */
  readonly watched: readonly { readonly node: Node; readonly value: Value }[];
}

/** A graph that tells which of the float values that `result` depends on are finite: x·0 is 0 for every finite x, and else NaN. */
export function withFiniteWitnesses(graph: Graph, result: Value): Witnessed {
  const needed = new Set<Value>([result]);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((output) => needed.has(output));
    if (isNeeded) for (const input of node.inputs) needed.add(input);
    return isNeeded;
  });
  const builder = GraphBuilder.onInputsOf({ ...graph, inputs: graph.inputs.filter((input) => needed.has(input.value)) });
  const e = expressions(builder);
  const watched = [];
  for (const node of nodes.toReversed()) {
    builder.append(node);
    for (const value of node.outputs) {
      if (value.dtype !== "float32") continue;
      const sum = e.reduceSum(e.multiply(value, 0), [...value.shape.keys()], "drop");
      builder.output({ kind: "scalar", name: `finite.${watched.length}` }, sum);
      watched.push({ node, value });
    }
  }
  return { graph: builder.build(`${graph.name} watched`), watched };
}
