import type { InputRole, TensorType, Value as GraphValue } from "../graph/graph.ts";
import type { Elaboration } from "./elaboration.ts";
import { reshape } from "./stream-ops.ts";

/** Examples of a batch, each of which has as many rows as it has candidates. */
export function examplesOf({ batch, candidates }: Pick<Elaboration, "batch" | "candidates">): number {
  return batch / (candidates?.most ?? 1);
}

/** An input with a value for each row, [B, …]. Outside of the graph it is [examples, candidates, …], so that what belongs to one example stays together. */
export function inputOfRows(elaboration: Elaboration, role: InputRole, { dtype, shape }: TensorType): GraphValue {
  const { builder, batch, candidates } = elaboration;
  if (!candidates) return builder.input(role, { dtype, shape: [batch, ...shape] });
  const input = builder.input(role, { dtype, shape: [examplesOf(elaboration), candidates.most, ...shape] });
  return reshape(elaboration, input, [batch, ...shape]);
}

/** An input with a value for each example, [B, …]: the same for all of its candidates. */
export function inputOfExamples(elaboration: Elaboration, role: InputRole, { dtype, shape }: TensorType): GraphValue {
  const { builder, batch, candidates } = elaboration;
  const examples = examplesOf(elaboration);
  const input = builder.input(role, { dtype, shape: [examples, ...shape] });
  if (!candidates) return input;
  const tiled = builder.emit("broadcast_to", [reshape(elaboration, input, [examples, 1, ...shape])], {
    shape: [examples, candidates.most, ...shape],
  });
  return reshape(elaboration, tiled, [batch, ...shape]);
}

/** A factor of rows that is the same for all candidates of an example, as one of examples. */
export function ofExamples(elaboration: Elaboration, factor: GraphValue): GraphValue {
  const { builder, candidates } = elaboration;
  if (!candidates) return factor;
  const examples = examplesOf(elaboration);
  const first = builder.emit("slice", [reshape(elaboration, factor, [examples, candidates.most])], {
    starts: [0, 0],
    sizes: [examples, 1],
  });
  return reshape(elaboration, first, [examples]);
}
