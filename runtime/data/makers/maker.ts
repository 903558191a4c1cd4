import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { Batch, BatchRequest } from "../data.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";

/** The facts about the model that makers work with. */
export interface MakerContext {
  readonly specification: ResolvedSpecification;
  readonly encodingOf: (modality: string) => TextEncoding;
}

/**
 * Adds to a batch what its data set does not have, such as a target. Its draws for an example are keyed by (seed,
 * stage, task, epoch, example); without a draw, in evaluation, they are always the same.
 */
export type Maker = (batch: Batch, request: Pick<BatchRequest, "size" | "draw" | "mode">) => Batch;

/** Creates the maker of a task; `undefined` if it has nothing to make for the task. */
export type MakerOfTask = (task: ResolvedTask, context: MakerContext) => Maker | undefined;
