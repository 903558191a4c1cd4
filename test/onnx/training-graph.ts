import { differentiate } from "../../compiler/differentiate/differentiate.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { optimise } from "../../compiler/passes/optimise.ts";
import { type TransformerShape, transformer } from "../graph/transformer.ts";
import type { HostInputs } from "./support.ts";

/** Loss, logits and the gradient of every weight of a transformer classifier. */
export function trainingGraph(shape: TransformerShape): { readonly graph: Graph; readonly inputs: HostInputs } {
  const { graph, inputs } = transformer(shape);
  const loss = graph.outputs.find(({ role }) => role.kind === "loss")?.value;
  if (!loss) throw new Error("the transformer has no loss");
  const weights = graph.inputs.flatMap(({ role, value }) =>
    role.kind === "weight" ? [{ weight: role.weight, value }] : [],
  );
  const builder = GraphBuilder.from(graph);
  const gradients = differentiate(
    builder,
    loss,
    weights.map(({ value }) => value),
  );
  for (const [index, { weight }] of weights.entries()) {
    const gradient = gradients[index];
    if (gradient) builder.output({ kind: "gradient", weight }, gradient);
  }
  return { graph: optimise(builder.build("training step")), inputs };
}
