import type { Graph, Value } from "./graph.ts";

export interface DeadCodeOptions {
  /** Says if inputs without readers are kept. They are by default, because the inputs of a graph are its interface. */
  readonly unusedInputs: "keep" | "drop";
}

/** Removes the nodes that no output depends on. */
export function removeDeadCode(graph: Graph, { unusedInputs }: DeadCodeOptions = { unusedInputs: "keep" }): Graph {
  const read = new Set<Value>(graph.outputs.map((output) => output.value));
  const nodes = graph.nodes.toReversed().filter((node) => {
    const alive = node.outputs.some((output) => read.has(output));
    if (alive) for (const input of node.inputs) read.add(input);
    return alive;
  });
  const inputs = unusedInputs === "keep" ? graph.inputs : graph.inputs.filter((input) => read.has(input.value));
  return { ...graph, inputs, nodes: nodes.toReversed() };
}
