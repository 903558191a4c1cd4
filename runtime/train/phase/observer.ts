import type { ReadingProgress } from "../../data/columns/loaded-dataset.ts";
import type { Split } from "../../data/data.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";
import type { SamplerStatus } from "../samplers/sampler.ts";

export interface StageEvent {
  /** As in the specification; `STAGE.TASK` for one task of `for_each: task`. */
  readonly stage: string;
  readonly tasks: readonly string[];
  /** Updates of the stage in all, and those already done where a run is resumed. */
  readonly total: number;
  readonly done: number;
}

export interface StepEvent {
  readonly stage: string;
  /** Updates of the stage so far, this one included. */
  readonly step: number;
  readonly total: number;
  /** Passes over the rows of the step's task, or the most of several. */
  readonly epoch: number;
  /** The task, or those of a joint step. */
  readonly tasks: readonly string[];
  /** Of all of them. */
  readonly loss: number;
  /** Of each of them. */
  readonly losses: ReadonlyMap<string, number>;
  /** Passes over the rows of each of them. */
  readonly epochs: ReadonlyMap<string, number>;
  /** Their parts of the step, of its rows where it mixes tasks; together 1. */
  readonly shares: ReadonlyMap<string, number>;
  /** Learning rate. */
  readonly rate: number;
  /** A moving mean, this step included. */
  readonly secondsPerStep: number;
  /** Until the end of the stage, validations aside. */
  readonly secondsLeft: number;
}

export interface ValidationEvent {
  readonly stage: string;
  readonly step: number;
  readonly split: Split;
  readonly values: readonly MeasuredValue[];
  /** Whether it is the best of the stage so far. */
  readonly best: boolean;
  /** What says so where `auto` chooses: the mean over tasks of the way that is reached from a constant prediction to the best value. */
  readonly score?: number;
}

export interface SamplerStatusEvent {
  readonly stage: string;
  readonly step: number;
  readonly status: readonly SamplerStatus[];
}

export interface CheckpointEvent {
  readonly stage: string;
  readonly step: number;
  /** `step-000500`. */
  readonly name: string;
}

/** What a run tells while it goes on; it prints nothing itself. Nothing waits for an observer, and it can change nothing. */
export interface TrainingObserver {
  /** Values of a modality that are read, and encoded, before training begins. */
  onReading?(progress: ReadingProgress): void;
  /** The run folder is made, or found again. */
  onRun?(event: { readonly folder: string; readonly engine: string; readonly resumedFrom?: string }): void;
  onStage?(event: StageEvent): void;
  onStep?(event: StepEvent): void;
  onValidation?(event: ValidationEvent): void;
  /** What a sampler that reacts to training holds of the tasks: when a stage begins or goes on, and after each validation. */
  onSamplerStatus?(event: SamplerStatusEvent): void;
  onCheckpoint?(event: CheckpointEvent): void;
  /** A sentence for the log: a stale lock taken over, early stopping. */
  onNote?(note: string): void;
  /** A sentence that people are to see however little they want to hear: rows left out. */
  onWarning?(warning: string): void;
  onEnd?(event: { readonly folder: string; readonly results: readonly MeasuredValue[] }): void;
}
