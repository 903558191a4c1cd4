import type { Graph, Value } from "./graph.ts";

export interface DeadCodeOptions {
  /** Whether an input that nothing reads stays. A graph's inputs are its interface, so they do unless the caller says otherwise. */
  readonly unusedInputs: "keep" | "drop";
}

/** Drops the nodes on which no output depends. */
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
