import type { Tensors } from "../../checkpoint/checkpoint.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";
import type { PreparedStep } from "../supply/step-supply.ts";
import type { StepEvent } from "./observer.ts";

/**
 * State that a loop keeps between steps, as plain JSON: it is written into each checkpoint, and a resumed run gets it
 * back. Numbers must be finite.
 */
export type LoopState = { readonly [key: string]: unknown };

/** Options of one step. */
export interface StepOptions {
  /**
   * The factor on the learning rate of each class of weights; by default `stage.rateFactor`, the factor of the stage's
   * schedule.
   */
  readonly rateFactor?: number;
  /**
   * Set this to true if a checkpoint is to be saved after this step, and to false if none will be. The next batch is
   * read while a step runs, except before a checkpoint. By default it is true where the specification wants a
   * checkpoint.
   */
  readonly pauses?: boolean;
}

/** The result of a validation. */
export interface StageValidation {
  /**
   * The loss and metrics of each task on its validation rows; a metric that is not defined is NaN. Empty if no task has
   * validation rows.
   */
  readonly values: readonly MeasuredValue[];
  /** True if a checkpoint that is saved now is the best one of the stage so far. */
  readonly best: boolean;
  /**
   * The score that decides which checkpoint is best, where `checkpoint(best: auto)` chooses: higher is better, 1 is
   * perfect.
   */
  readonly score?: number;
  /** True if the stage's `early_stop` has waited for as many validations as its patience allows. */
  readonly endsEarly: boolean;
  /**
   * The number of validations since the last improvement that `early_stop` counts; 0 without `early_stop`. If it judges
   * each task by itself, that of the task that has waited longest, or under `tasks: all` of the one that has waited
   * least.
   */
  readonly waited: number;
  /** The tasks that no longer improve, if `early_stop` judges each task by itself. */
  readonly stalled: readonly string[];
  /** The stalled tasks that should leave the stage, as `early_stop(tasks: each)` asks for. */
  readonly leaving: readonly string[];
}

/**
 * A stage that is being trained: its weights, optimizer, data and position. A `StageLoop` drives it. Its methods must
 * be awaited one after another.
 *
 * A stage with `for_each: task` is opened once for each task.
 */
export interface OpenStage {
  /** The name of the stage; `STAGE.TASK` for one task of `for_each: task`. */
  readonly name: string;
  /** The names of the tasks that the stage trains, in its order. */
  readonly tasks: readonly string[];
  /** The tasks that updates can have: those that the sampler draws, without those that have left. */
  readonly remaining: readonly string[];
  /** The number of updates that the specification asks for. */
  readonly total: number;
  /** The number of updates so far; more than 0 at the beginning of a loop if the run was resumed within the stage. */
  readonly done: number;
  /**
   * True if the specification wants a validation and a checkpoint after the update that was made last: every
   * `checkpoint(every: …)` and at the end.
   */
  readonly isDue: boolean;
  /** The factor on the learning rate that the stage's schedule gives for the next update. */
  readonly rateFactor: number;
  /**
   * The state that the loop keeps. Assign it before `next`, which saves the run when it is interrupted. It is `{}` when
   * a stage begins.
   */
  loopState: LoopState;
  /**
   * Returns the input of the next update: the batches of each task that takes part in it. Called again before `step`,
   * it returns the same.
   *
   * @throws UserError of kind `interrupted` after the run was interrupted; the stage is saved first.
   */
  next(): Promise<PreparedStep>;
  /**
   * Makes one update: forward, loss, backward, clipping and optimizer.
   *
   * @param batch - The value that `next` returned, or the same with other features.
   * @returns The losses and position after the update, as `onStep` of the observer receives them.
   * @throws UserError of kind `diverged` if the loss is not finite.
   */
  step(batch: PreparedStep, options?: StepOptions): Promise<StepEvent>;
  /**
   * Measures the tasks on their validation rows, by the averages of the weights where the stage keeps them. The values
   * are logged.
   */
  validate(): Promise<StageValidation>;
  /**
   * Lets a task leave the stage: later updates have no rows of it, and its own weights stay as they are. It is still
   * measured in validations. A resumed run continues without it.
   *
   * @param reason - For the log, as in "no gain in 3 validations".
   */
  leave(task: string, reason?: string): void;
  /**
   * Saves a checkpoint from which the run can be resumed, and deletes those that the specification does not keep.
   *
   * @returns The name of the checkpoint, such as `step-000500`.
   * @throws UserError of kind `diverged` if a weight is not finite, and of kind `run_failed` if the disk is full.
   */
  save(): Promise<string>;
  /**
   * The current weights and states by their keys in checkpoints, such as `read.embed.table`. They are not copies, and
   * the next step may change them.
   */
  weights(): Tensors;
  /** Writes a sentence to the log of the run, and sends it to the observer. */
  note(sentence: string): void;
}

/** Trains a stage. When it returns, the stage has ended, and its last checkpoint is written. */
export type StageLoop = (stage: OpenStage) => Promise<void>;
