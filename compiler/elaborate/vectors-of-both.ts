import type { Expression } from "../../grammar/ast.ts";
import type { Graph, Value as GraphValue } from "../graph/graph.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import type { TaskTarget } from "../targets/task-target.ts";
import { report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";

/**
 * Warns of a task that learns a vector of each of two modalities, where one vector is computed from the other modality too: in
 * training its loss can then find the right pair without a look at the vector's own modality.
 */
export function warnOfVectorsOfBoth(
  frame: Frame,
  { name: task, from }: { readonly name: string; readonly from: Expression },
  { target: { matches }, outputs }: TaskTarget,
  graph: Graph,
): void {
  if (!matches || outputs.length !== matches.length) return;
  const read = graph.outputs.flatMap(({ role, value }) =>
    role.kind === "prediction" ? [featuresOf(graph, value)] : [],
  );
  for (const [index, modality] of matches.entries()) {
    const other = matches[1 - index] ?? modality;
    if (read[index]?.some((feature) => feature === other || feature.startsWith(`${other}.`)))
      report(frame, "vector_of_both", from.span, { task, modality, other });
  }
}

/** The features that a value of a graph is computed from. */
function featuresOf(graph: Graph, value: GraphValue): readonly string[] {
  const outputs = graph.outputs.filter((output) => output.value === value);
  const { inputs } = removeDeadCode({ ...graph, outputs }, { unusedInputs: "drop" });
  return inputs.flatMap(({ role }) => (role.kind === "feature" ? [role.feature] : []));
}
