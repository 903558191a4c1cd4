import type { Graph } from "../graph/graph.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";

/** The outputs of a target that has a vector of each of two modalities, in the order of the modalities. */
export const vectorOutputs = ["first", "second"] as const;
export type VectorOutput = (typeof vectorOutputs)[number];

/** The part of a graph of prediction that computes one output, with the inputs that it needs. */
export function vectorGraph(whole: Graph, output: VectorOutput): Graph {
  const outputs = whole.outputs.filter(({ role }) => role.kind === "prediction" && role.name === output);
  return removeDeadCode({ ...whole, name: `${whole.name}/${output}`, outputs }, { unusedInputs: "drop" });
}
