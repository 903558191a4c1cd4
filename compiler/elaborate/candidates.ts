import type { InputRole, TensorType, Value as GraphValue } from "../graph/graph.ts";
import { type Elaboration, builderAt } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { emit, reshape } from "./stream-ops.ts";

/** Examples of a batch, each of which has as many rows as it has candidates. */
export function examplesOf({ batch, candidates }: Pick<Elaboration, "batch" | "candidates">): number {
  return batch / (candidates?.most ?? 1);
}

/**
 * An input with a value for each row, [B, …]. Outside of the graph it is [examples, candidates, …], so that what
 * belongs to one example stays together.
 */
export function inputOfRows(frame: Frame, role: InputRole, { dtype, shape }: TensorType): GraphValue {
  const { batch, candidates } = frame.elaboration;
  const builder = builderAt(frame);
  if (!candidates) return builder.input(role, { dtype, shape: [batch, ...shape] });
  const input = builder.input(role, { dtype, shape: [examplesOf(frame.elaboration), candidates.most, ...shape] });
  return reshape(frame, input, [batch, ...shape]);
}

/** An input with a value for each example, [B, …]: the same for all of its candidates. */
export function inputOfExamples(frame: Frame, role: InputRole, { dtype, shape }: TensorType): GraphValue {
  const { batch, candidates } = frame.elaboration;
  const builder = builderAt(frame);
  const examples = examplesOf(frame.elaboration);
  const input = builder.input(role, { dtype, shape: [examples, ...shape] });
  if (!candidates) return input;
  const tiled = emit(frame, "broadcast_to", [reshape(frame, input, [examples, 1, ...shape])], {
    shape: [examples, candidates.most, ...shape],
  });
  return reshape(frame, tiled, [batch, ...shape]);
}

/** A factor of rows that is the same for all candidates of an example, as one of examples. */
export function ofExamples(frame: Frame, factor: GraphValue): GraphValue {
  const { candidates } = frame.elaboration;
  if (!candidates) return factor;
  const examples = examplesOf(frame.elaboration);
  const first = emit(frame, "slice", [reshape(frame, factor, [examples, candidates.most])], {
    starts: [0, 0],
    sizes: [examples, 1],
  });
  return reshape(frame, first, [examples]);
}
