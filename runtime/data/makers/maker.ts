import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { Batch, BatchRequest } from "../data.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";

/** The facts about the model that makers work with. */
export interface MakerContext {
  readonly specification: ResolvedSpecification;
  readonly encodingOf: (modality: string) => TextEncoding;
}

/**
 * Makes something of the rows of a batch that the data does not hold, such as a target. What it draws for an example is keyed by (seed, stage,
 * task, epoch, example); without a draw, in evaluation, it is always the same.
 */
export type Maker = (batch: Batch, request: Pick<BatchRequest, "size" | "draw">) => Batch;

/** The maker of a task; undefined where it has nothing to make for it. */
export type MakerOfTask = (task: ResolvedTask, context: MakerContext) => Maker | undefined;
