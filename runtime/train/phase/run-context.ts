import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { CheckpointFolder } from "../../checkpoint/checkpoint-folder.ts";
import type { Checkpoint, Tensors } from "../../checkpoint/checkpoint.ts";
import type { FinishedPhase } from "../../checkpoint/training-state.ts";
import type { Data } from "../../data/data.ts";
import type { Engine } from "../../engines/engine.ts";
import type { MetricsLog } from "../../run/metrics-log.ts";
import type { TrainingObserver } from "./observer.ts";
import type { StageLoop } from "./open-stage.ts";
import type { Phase } from "./phases.ts";
import type { Program } from "../program.ts";

/** The objects that every phase of a run works with: the program, its data and engine, and the files of the run. */
export interface RunContext {
  readonly program: Program;
  readonly data: Data;
  readonly engine: Engine;
  readonly checkpoints: CheckpointFolder;
  readonly log: MetricsLog;
  readonly observer: TrainingObserver;
  /** When it aborts, the run saves itself and ends. */
  readonly interrupt: AbortSignal;
  /** Texts of the specification's own files by path, for messages that name a location in them. */
  readonly sources: ReadonlyMap<string, string>;
  /** Converts the path of a file for messages; by default it stays unchanged. */
  readonly displayPath?: ((path: string) => string) | undefined;
  /** The maximum number of updates of each phase. */
  readonly mostSteps: number;
  /** Trains each stage; by default `trainStage`. */
  readonly loop?: StageLoop | undefined;
}

export interface PhaseStart {
  readonly phase: Phase;
  readonly plan: StagePlan;
  readonly seed: number;
  /** The phases that have ended. */
  readonly phases: readonly FinishedPhase[];
  /** Checkpoints that later phases start from. */
  readonly needed: ReadonlySet<string>;
  /** The weights of the phase, and weights that it carries along for later phases. */
  readonly weights: Tensors;
  /** Updates of the run before this phase. */
  readonly runStep: number;
  /** The checkpoint that the phase is resumed from; its tensors take precedence over `weights`. */
  readonly resumed?: Checkpoint;
}

export interface PhaseEnd {
  readonly phases: readonly FinishedPhase[];
  readonly weights: Tensors;
  /** Updates of the run so far. */
  readonly runStep: number;
}
