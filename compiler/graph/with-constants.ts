import type { Graph, Node } from "./graph.ts";

/** Replaces the inputs that `values` names, such as the weights of a trained model, by constants. */
export function withConstants(graph: Graph, values: ReadonlyMap<string, Float32Array>): Graph {
  const constants = graph.inputs.flatMap(({ name, value }): readonly Node<"constant">[] => {
    const data = values.get(name);
    return data
      ? [{ op: "constant", inputs: [], attributes: { dtype: value.dtype, shape: value.shape, data }, outputs: [value] }]
      : [];
  });
  return {
    ...graph,
    inputs: graph.inputs.filter(({ name }) => !values.has(name)),
    nodes: [...constants, ...graph.nodes],
  };
}
