import type { SetParams } from "../compile.ts";
import type { ExamplePlace, RawExample, Split } from "../data/data.ts";
import type { EngineChoice } from "../engines/open-engine.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";
import type { PredictTasksOptions, TaskPredictions } from "../model/load.ts";
import type { RunExample } from "../model/run-examples.ts";
import type { RankedCandidate } from "../retrieval/ranked-candidate.ts";
import type {
  CheckpointEvent,
  LeaveEvent,
  SamplerStatusEvent,
  StageEvent,
  StepEvent,
  ValidationEvent,
} from "../train/phase/observer.ts";
import type { ReadingProgress } from "../data/columns/loaded-dataset.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { FailureKind } from "../user-error.ts";
import type { FileMap } from "./file-map.ts";
import type { KeptState } from "./kept-runs.ts";

/** A specification with its files. */
export interface Project {
  /** The specification, what it imports, and the files of its data sets, by their paths in one folder. */
  readonly files: FileMap;
  /** The path of the specification among the files. */
  readonly specification: string;
  /** Values of params. */
  readonly set?: SetParams;
}

/** A training for a worker. */
export interface TrainingJob extends Project {
  /** The engine; the fastest one that runs here (`auto`) if it is absent. */
  readonly engine?: EngineChoice;
  /**
   * The number of threads; by default the number of processor cores if the page is isolated from other origins
   * (`crossOriginIsolated`), else 1. Another number may change the last bits of a result.
   */
  readonly threads?: number;
  /** The seed of all stages; by default each stage has its own. */
  readonly seed?: number;
  /** The maximum number of updates of each stage. */
  readonly steps?: number;
  /** The files of a run that was stopped, as `runFiles` or `savedFiles` returned them: it is resumed. */
  readonly run?: FileMap | undefined;
  /**
   * The name under which the browser keeps the run in its storage while it trains, in place of what was there: after
   * each checkpoint, of which there is one a minute or more, and at the end. After the page was closed or has crashed,
   * `run: await savedFiles(name)` resumes it. By default it is in memory alone.
   */
  readonly keep?: string;
}

/** An event of a training. Events come in the order in which they happen. */
export type TrainingEvent =
  | ({ readonly kind: "reading" } & ReadingProgress)
  | { readonly kind: "run"; readonly engine: string; readonly resumedFrom?: string }
  | ({ readonly kind: "stage" } & StageEvent)
  | ({ readonly kind: "step" } & StepEvent)
  | ({ readonly kind: "validation" } & ValidationEvent)
  | ({ readonly kind: "samplers" } & SamplerStatusEvent)
  | ({ readonly kind: "leave" } & LeaveEvent)
  | ({ readonly kind: "checkpoint" } & CheckpointEvent)
  /** The run is kept in the browser's storage, as it was at this update or later. */
  | ({ readonly kind: "kept" } & KeptState)
  | { readonly kind: "note" | "warning"; readonly text: string }
  | TrainingEnd;

/** The end of a training. A training that was stopped can be resumed from the files of its run. */
export type TrainingEnd =
  | {
      readonly kind: "done";
      /** The loss and metrics of every task on validation and test. */
      readonly results: readonly MeasuredValue[];
    }
  | { readonly kind: "stopped" }
  | ({ readonly kind: "failure" } & Failure);

/** An error, as it is sent from the worker. */
export interface Failure {
  readonly message: string;
  /** The way out, if the user can correct it. */
  readonly help?: string;
  /** The area of the error if it is a `UserError`; a bug has none. */
  readonly area?: FailureKind;
  /** The stack of a fault of mtl itself, for its report. */
  readonly stack?: string;
  /** The mistakes in the specification. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** A table whose rows are ranked for a value. */
export interface RankedTable {
  /** A task that matches values of two modalities. */
  readonly task: string;
  /** The modality of the value for which values of the other one are ranked. */
  readonly query: string;
  /** The path of the table among the files of the training. */
  readonly table: string;
  /** The largest number of candidates in the answer; by default 10. */
  readonly top?: number;
}

/** The functions of a worker that a page calls by messages. */
export interface WorkerCalls {
  /** Loads an engine, so that a training with it begins sooner. */
  prepare(engine: Pick<TrainingJob, "engine" | "threads">): void;
  train(job: TrainingJob): TrainingEnd;
  pause(): void;
  proceed(): void;
  stop(): void;
  predict(examples: readonly RawExample[], options: PredictTasksOptions): readonly TaskPredictions[];
  synthesize(project: Project): Record<string, Uint8Array>;
  example(place: ExamplePlace): RunExample;
  rank(example: RawExample, candidates: RankedTable): readonly RankedCandidate[];
  evaluate(split: Split): readonly MeasuredValue[];
  report(): string;
  runFiles(): Record<string, Uint8Array>;
  compiled(): Record<string, Uint8Array>;
}

export type CallName = keyof WorkerCalls;

export type CallMessage = {
  readonly [Name in CallName]: {
    readonly id: number;
    readonly call: Name;
    readonly parameters: Parameters<WorkerCalls[Name]>;
  };
}[CallName];

export type WorkerMessage =
  /** Sent once, when the worker is loaded: earlier messages to it would be lost. */
  | { readonly ready: true }
  | { readonly event: TrainingEvent }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };
