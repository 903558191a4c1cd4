import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { CheckpointFolder } from "../../checkpoint/checkpoint-folder.ts";
import type { Checkpoint, Tensors } from "../../checkpoint/checkpoint.ts";
import type { FinishedPhase } from "../../checkpoint/training-state.ts";
import type { Data } from "../../data/data.ts";
import type { Engine } from "../../engines/engine.ts";
import type { MetricsLog } from "../../run/metrics-log.ts";
import type { TrainingObserver } from "./observer.ts";
import type { Phase } from "./phases.ts";
import type { Program } from "../program.ts";

/** What every phase of a run works with. */
export interface RunContext {
  readonly program: Program;
  readonly data: Data;
  readonly engine: Engine;
  readonly checkpoints: CheckpointFolder;
  readonly log: MetricsLog;
  readonly observer: TrainingObserver;
  /** When it aborts, the run saves itself and ends. */
  readonly interrupt: AbortSignal;
  /** Texts of the specification's own files by path, for messages that name a place. */
  readonly sources: ReadonlyMap<string, string>;
  /** At most so many updates of each phase. */
  readonly mostSteps: number;
}

export interface PhaseStart {
  readonly phase: Phase;
  readonly plan: StagePlan;
  readonly seed: number;
  /** Phases that ended before. */
  readonly phases: readonly FinishedPhase[];
  /** Checkpoints that later phases start from. */
  readonly needed: ReadonlySet<string>;
  /** Every weight that the phase uses, and those that it carries along. */
  readonly weights: Tensors;
  /** Updates of the run before this phase. */
  readonly runStep: number;
  /** A checkpoint of this phase to go on from; its tensors win over `weights`. */
  readonly resumed?: Checkpoint;
}

export interface PhaseEnd {
  readonly phases: readonly FinishedPhase[];
  readonly weights: Tensors;
  /** Updates of the run so far. */
  readonly runStep: number;
}
