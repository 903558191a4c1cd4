import type { ExamplePlace, RawExample, Split } from "../data/data.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";
import type { PredictTasksOptions, TaskPredictions } from "../model/load.ts";
import type { RunExample } from "../model/run-examples.ts";
import type { RankedCandidate } from "../retrieval/ranked-candidate.ts";
import type {
  CallMessage,
  CallName,
  Failure,
  Project,
  RankedTable,
  TrainingEnd,
  TrainingEvent,
  TrainingJob,
  WorkerCalls,
  WorkerMessage,
} from "./training-messages.ts";

/** The part of a browser's `Worker` that a training needs. */
export interface TrainingWorker {
  addEventListener(name: "message", listen: (message: { readonly data: WorkerMessage }) => void): void;
  addEventListener(name: "error", listen: (error: { readonly message?: string }) => void): void;
  postMessage(message: CallMessage, transfer: never[]): void;
  terminate(): void;
}

export interface StartOptions extends TrainingJob {
  /** Called for each event of the training. */
  readonly onEvent?: (event: TrainingEvent) => void;
  /** The worker, for a page that is not built by vite: `new Worker(URL, { type: "module" })` of the module `mtl/browser/worker`. */
  readonly worker?: TrainingWorker;
}

/** A call to the worker failed. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A training in a worker, and the model that it has trained. */
export interface Training {
  /** Resolves when the training is done, stopped or failed. It never rejects. */
  readonly end: Promise<TrainingEnd>;
  /** Lets no further update begin until `proceed`. */
  pause(): Promise<void>;
  proceed(): Promise<void>;
  /** Saves the run and ends the training. */
  stop(): Promise<void>;
  /** Predicts some tasks of each example by the trained model. A picture or a sound is the bytes of its file. */
  predict(examples: readonly RawExample[], options?: PredictTasksOptions): Promise<readonly TaskPredictions[]>;
  /** A row of the data of the training, with values from which `predict` predicts. */
  example(place: ExamplePlace): Promise<RunExample>;
  /** The rows of a table whose values go best with a value of another modality, by a task that matches the two. */
  rank(example: RawExample, candidates: RankedTable): Promise<readonly RankedCandidate[]>;
  /** Measures the tasks on a split, as `mtl eval` does. */
  evaluate(split: Split): Promise<readonly MeasuredValue[]>;
  /** The report of the run as one HTML file. */
  report(): Promise<string>;
  /** All files of the run's folder, by their paths: what `mtl eval`, `mtl predict` and `mtl train --resume` of Node accept. */
  runFiles(): Promise<Record<string, Uint8Array>>;
  /** The graphs that predict, as ONNX models with their weights, and the manifest that says how to feed them: what `mtl compile` writes. */
  compiled(): Promise<Record<string, Uint8Array>>;
  /** Ends the worker, with all that it has in memory. */
  close(): void;
}

interface Call {
  readonly resolve: (result: never) => void;
  readonly reject: (error: WorkerError) => void;
}

/**
 * Trains a specification in a worker, so that the page stays responsive.
 *
 * @example
 * ```ts
 * const training = startTraining({
 *   files: { "model.mtl": text, "data/rows.jsonl": rows },
 *   specification: "model.mtl",
 *   onEvent: (event) => event.kind === "step" && show(event.loss),
 * });
 * const end = await training.end;
 * ```
 */
export function startTraining({ onEvent = () => undefined, worker = newWorker(), ...job }: StartOptions): Training {
  const { call, close } = openWorker(worker, onEvent);
  return {
    end: call("train", job).catch(({ failure }: WorkerError): TrainingEnd => ({ kind: "failure", ...failure })),
    pause: () => call("pause"),
    proceed: () => call("proceed"),
    stop: () => call("stop"),
    predict: (examples, options = {}) => call("predict", examples, options),
    example: (place) => call("example", place),
    rank: (example, candidates) => call("rank", example, candidates),
    evaluate: (split) => call("evaluate", split),
    report: () => call("report"),
    runFiles: () => call("runFiles"),
    compiled: () => call("compiled"),
    close: () => close("The training was closed."),
  };
}

/**
 * Synthetic tables that fit a specification, and the specification with their paths, as `mtl data synth` writes them: they show that it trains, and
 * figures of what is trained on them have no meaning.
 */
export async function syntheticData({
  worker = newWorker(),
  ...project
}: Project & Pick<StartOptions, "worker">): Promise<Record<string, Uint8Array>> {
  const { call, close } = openWorker(worker, () => undefined);
  try {
    return await call("synthesize", project);
  } finally {
    close("The synthetic data is written.");
  }
}

interface OpenWorker {
  readonly call: <Name extends CallName>(
    name: Name,
    ...parameters: Parameters<WorkerCalls[Name]>
  ) => Promise<ReturnType<WorkerCalls[Name]>>;
  /** Ends the worker; calls to it fail with the reason. */
  readonly close: (reason: string) => void;
}

function openWorker(worker: TrainingWorker, onEvent: (event: TrainingEvent) => void): OpenWorker {
  const open = new Map<number, Call>();
  let newest = 0;
  /** The reason why the worker answers no more. */
  let ended: Failure | undefined;
  /** Messages that wait until the worker is loaded. */
  let early: CallMessage[] | undefined = [];
  const call = <Name extends CallName>(name: Name, ...parameters: Parameters<WorkerCalls[Name]>) =>
    new Promise<ReturnType<WorkerCalls[Name]>>((resolve, reject) => {
      if (ended) return reject(new WorkerError(ended));
      newest += 1;
      open.set(newest, { resolve, reject });
      const message = { id: newest, call: name, parameters } as CallMessage;
      if (early) early.push(message);
      else worker.postMessage(message, []);
    });
  const failAll = (failure: Failure): void => {
    ended = failure;
    for (const { reject } of open.values()) reject(new WorkerError(failure));
    open.clear();
  };
  worker.addEventListener("message", ({ data }) => {
    if ("event" in data) return onEvent(data.event);
    if ("ready" in data) {
      for (const message of early ?? []) worker.postMessage(message, []);
      early = undefined;
      return;
    }
    const answered = open.get(data.id);
    open.delete(data.id);
    if ("failure" in data) answered?.reject(new WorkerError(data.failure));
    else answered?.resolve(data.result as never);
  });
  worker.addEventListener("error", ({ message = "The worker cannot be loaded." }) => failAll({ message }));
  return {
    call,
    close(message) {
      worker.terminate();
      failAll({ message });
    },
  };
}

function newWorker(): TrainingWorker {
  const { Worker } = globalThis as unknown as {
    readonly Worker: new (url: URL, options: { readonly type: "module" }) => TrainingWorker;
  };
  return new Worker(new URL("./training-worker.js", import.meta.url), { type: "module" });
}
