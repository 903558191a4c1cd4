import type { Expression } from "../../grammar/ast.ts";
import type { Graph, GraphInput, Value as GraphValue } from "../graph/graph.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import { report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import type { TaskTarget } from "../targets/task-target.ts";

interface Vectors {
  readonly name: string;
  readonly from: Expression;
}

/**
 * Warns of a task that learns a vector of each of two modalities, where a vector is computed from the other modality too: in training its
 * loss can then find the right pair without a look at the vector's own modality. The same goes for hard negatives, and for an encoder of
 * their own: the loss could tell them from partners by their encoder.
 */
export function warnOfVectorsOfBoth(
  frame: Frame,
  { name: task, from }: Vectors,
  { target: { matches, trainsWith = [] }, outputs }: TaskTarget,
  graph: Graph,
): void {
  if (!matches || outputs.length !== matches.length + trainsWith.length) return;
  const read = graph.outputs.flatMap(({ role, value }) => (role.kind === "prediction" ? [inputsOf(graph, value)] : []));
  const [first, second] = matches;
  for (const [index, modality] of [first, second, ...trainsWith].entries()) {
    const other = index === 0 ? second : first;
    const features = namesOf(read[index] ?? [], "feature");
    if (features.some((feature) => feature === other || feature.startsWith(`${other}.`)))
      report(frame, "vector_of_both", from.span, { task, modality, other });
  }
  const weights = namesOf(read[1] ?? [], "weight").join();
  for (const [index, modality] of trainsWith.entries())
    if (namesOf(read[2 + index] ?? [], "weight").join() !== weights)
      report(frame, "negatives_of_other_weights", from.span, { task, modality, second });
}

/** The inputs that a value of a graph is computed from. */
function inputsOf(graph: Graph, value: GraphValue): readonly GraphInput[] {
  const outputs = graph.outputs.filter((output) => output.value === value);
  return removeDeadCode({ ...graph, outputs }, { unusedInputs: "drop" }).inputs;
}

function namesOf(inputs: readonly GraphInput[], kind: "feature" | "weight"): readonly string[] {
  return inputs
    .flatMap(({ role }) => (role.kind === kind ? [role.kind === "feature" ? role.feature : role.weight] : []))
    .toSorted();
}
