import type { ReadingProgress } from "../../data/columns/loaded-dataset.ts";
import type { Split } from "../../data/data.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";
import type { SamplerStatus } from "../samplers/sampler.ts";

/** A stage begins, or continues in a run that is resumed. */
export interface StageEvent {
  /** The name of the stage; `STAGE.TASK` for one task of `for_each: task`. */
  readonly stage: string;
  /** The tasks that the stage trains. */
  readonly tasks: readonly string[];
  /** The tasks that have left it, if the run was resumed after that. */
  readonly left?: readonly string[];
  /** The number of updates of the stage. */
  readonly total: number;
  /** The number of updates so far: more than 0 if the run was resumed within the stage. */
  readonly done: number;
}

/** An update was made. */
export interface StepEvent {
  /** The name of the stage; `STAGE.TASK` for one task of `for_each: task`. */
  readonly stage: string;
  /** The number of updates of the stage so far, this one included. */
  readonly step: number;
  /** The number of updates of the stage. */
  readonly total: number;
  /** The number of complete passes over the rows of the step's task, or the largest one of several tasks. */
  readonly epoch: number;
  /** The tasks that the step trained. */
  readonly tasks: readonly string[];
  /** The loss of the step: the sum over its tasks, or their mean in a mixed step. */
  readonly loss: number;
  /** The loss of each task of the step. */
  readonly losses: ReadonlyMap<string, number>;
  /** The number of complete passes over the rows of each task of the step. */
  readonly epochs: ReadonlyMap<string, number>;
  /** The fraction of the step's rows that each task has; they sum to 1. */
  readonly shares: ReadonlyMap<string, number>;
  /** The learning rate of the step. */
  readonly rate: number;
  /** A moving mean of the seconds that a step takes, this step included. */
  readonly secondsPerStep: number;
  /** The seconds until the end of the stage, without validations. */
  readonly secondsLeft: number;
}

/** The tasks of a stage were measured on their validation rows. */
export interface ValidationEvent {
  readonly stage: string;
  /** The number of updates of the stage so far. */
  readonly step: number;
  readonly split: Split;
  /** The loss and metrics of each task. */
  readonly values: readonly MeasuredValue[];
  /** True if it is the best validation of the stage so far. */
  readonly best: boolean;
  /**
   * The score that decides which validation is best, if `auto` chooses: 0 is the baseline of a constant prediction, 1
   * the best value, in the mean over tasks.
   */
  readonly score?: number;
}

/** The state that a sampler which reacts to training keeps of each task. */
export interface SamplerStatusEvent {
  readonly stage: string;
  readonly step: number;
  readonly status: readonly SamplerStatus[];
}

/** A task left its stage, which trains the others. */
export interface LeaveEvent {
  readonly stage: string;
  /** The number of updates of the stage so far. */
  readonly step: number;
  readonly task: string;
}

/** A checkpoint was saved. */
export interface CheckpointEvent {
  readonly stage: string;
  /** The number of updates of the stage so far. */
  readonly step: number;
  /** The name of the checkpoint, by the updates of the whole run: `step-000500`. */
  readonly name: string;
}

/**
 * Is called while a run trains; mtl itself prints nothing. A training does not wait for an observer, and an observer
 * cannot change it; a loop of your own can (`loop` of `train`).
 */
export interface TrainingObserver {
  /** Called while values are read and encoded, before training begins. */
  onReading?(progress: ReadingProgress): void;
  /** Called when the run folder is created or found again. */
  onRun?(event: { readonly folder: string; readonly engine: string; readonly resumedFrom?: string }): void;
  onStage?(event: StageEvent): void;
  onStep?(event: StepEvent): void;
  onValidation?(event: ValidationEvent): void;
  /** Called when a stage begins and after each validation, if its sampler reacts to training. */
  onSamplerStatus?(event: SamplerStatusEvent): void;
  onLeave?(event: LeaveEvent): void;
  onCheckpoint?(event: CheckpointEvent): void;
  /** Called with a sentence for the log, such as that a stage ends early. */
  onNote?(note: string): void;
  /**
   * Called with a sentence that people should see even if they asked for little output, such as that rows are left out.
   */
  onWarning?(warning: string): void;
  onEnd?(event: { readonly folder: string; readonly results: readonly MeasuredValue[] }): void;
}
