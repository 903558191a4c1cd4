import {
  type KeptRun,
  type StartOptions,
  type TrainingEnd,
  type TrainingWorker,
  deleteSaved,
  keptRuns,
  savedFiles,
  savedNames,
  startTraining,
} from "../../runtime/browser/index.ts";

/** The outcome of a training whose run is kept under a name. */
export interface KeptTraining {
  readonly end: TrainingEnd;
  readonly warnings: readonly string[];
  /** The step that the training continued after; 0 if it began. */
  readonly continuedAfter: number;
  /** The loss of each step, by its number. */
  readonly losses: Readonly<Record<number, number>>;
}

/** The content of the storage. */
export interface Kept {
  readonly names: readonly string[];
  readonly runs: readonly KeptRun[];
}

export interface KeptPage {
  /** Trains, from what is kept under the name if there is something, and leaves the worker open. */
  readonly train: (job: StartOptions & { readonly keep: string }) => Promise<KeptTraining>;
  /** Begins a training anew, and resolves when it is kept for the first time, or with a warning. */
  readonly begin: (job: StartOptions) => Promise<string>;
  /** A training in a worker of a browser that refuses its storage. */
  readonly trainRefused: (job: StartOptions & { readonly keep: string }) => Promise<KeptTraining>;
  readonly kept: () => Promise<Kept>;
  readonly forget: (name: string) => Promise<void>;
}

async function train(job: StartOptions & { readonly keep: string }): Promise<KeptTraining> {
  const warnings: string[] = [];
  const losses: Record<number, number> = {};
  let continuedAfter = 0;
  const training = startTraining({
    ...job,
    onEvent(event) {
      if (event.kind === "warning") warnings.push(event.text);
      if (event.kind === "stage") continuedAfter = event.done;
      if (event.kind === "step") losses[event.step] = event.loss;
    },
  });
  return { end: await training.end, warnings, continuedAfter, losses };
}

const keptPage: KeptPage = {
  train: async (job) => train({ ...job, run: await savedFiles(job.keep) }),
  begin: (job) =>
    new Promise((resolve) => {
      startTraining({
        ...job,
        onEvent(event) {
          if (event.kind === "kept") resolve("kept");
          if (event.kind === "warning") resolve(event.text);
        },
      });
    }),
  trainRefused: (job) => train({ ...job, worker: workerWithoutStorage() }),
  kept: async () => ({ names: await savedNames(), runs: await keptRuns() }),
  forget: deleteSaved,
};

function workerWithoutStorage(): TrainingWorker {
  const refuse = "get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); }";
  const script = `Object.defineProperty(globalThis, "indexedDB", { ${refuse} }); await import("${new URL("./training-worker.js", import.meta.url).href}");`;
  const { Worker } = globalThis as unknown as {
    readonly Worker: new (url: string, options: { readonly type: "module" }) => TrainingWorker;
  };
  return new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
}

Object.assign(globalThis, { keptPage });
