import type { Graph } from "./graph.ts";
import { removeDeadCode } from "./remove-dead-code.ts";

/** A graph in the two parts between which functions of the host are called. */
export interface SplitGraph {
  /** Computes the arguments; absent if the graph calls no function of the host. */
  readonly prepare?: Graph;
  /** Computes everything else, from the results. It computes again what both parts need. */
  readonly main: Graph;
}

export function splitAtHost(graph: Graph): SplitGraph {
  const given = graph.outputs.filter(({ role }) => role.kind === "host_argument");
  if (given.length === 0) return { main: graph };
  const prepare = removeDeadCode({ ...graph, name: `${graph.name}/prepare`, outputs: given }, { unusedInputs: "drop" });
  if (prepare.inputs.some(({ role }) => role.kind === "host_result"))
    throw new Error(`${graph.name} calls the host with a result of the host`);
  const outputs = graph.outputs.filter((output) => !given.includes(output));
  return { prepare, main: removeDeadCode({ ...graph, outputs }) };
}
