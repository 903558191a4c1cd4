import { compileFile } from "../compile.ts";
import { openEngine } from "../engines/open-engine.ts";
import { warmUp } from "../engines/warm-up.ts";
import { rm } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { type TrainedModel, load } from "../model/load.ts";
import { evaluate } from "../model/evaluate.ts";
import { type RunExamples, openRunExamples } from "../model/run-examples.ts";
import type { Candidates } from "../retrieval/candidate-set.ts";
import { type ResumeOptions, resume, train } from "../run/train.ts";
import type { StepEvent, TrainingObserver } from "../train/phase/observer.ts";
import type { StepOptions } from "../train/phase/open-stage.ts";
import { trainStage } from "../train/phase/train-stage.ts";
import { UserError } from "../user-error.ts";
import { failureOf } from "./failure.ts";
import { readFiles, writeFiles } from "./file-map.ts";
import { Gate } from "./gate.ts";
import { RunKeeper } from "./run-keeper.ts";
import type {
  CallMessage,
  TrainingEnd,
  TrainingEvent,
  TrainingJob,
  WorkerCalls,
  WorkerMessage,
} from "./training-messages.ts";

/** The side of a worker that receives and sends messages. */
interface WorkerScope {
  addEventListener(name: "message", listen: (message: { readonly data: CallMessage }) => void): void;
  postMessage(message: WorkerMessage, transfer: readonly ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const project = "/project";
const runs = join(project, "runs");

/** A run that is kept has a checkpoint at least as often, wherever its stages have theirs. */
const mostUnkeptMilliseconds = 60_000;

/** Reading has an event for each row. One in this time is sent, and the last one. */
const mostMilliseconds = 100;

const gate = new Gate();
let interrupt = new AbortController();
let run: string | undefined;
let settings: Pick<TrainingJob, "engine" | "threads"> = {};
/** The name under which the run is kept. */
let keep: string | undefined;
let keeper: RunKeeper | undefined;
let lastStep: StepEvent | undefined;
let lastCheckpoint = 0;
let model: Promise<TrainedModel> | undefined;
let examples: Promise<RunExamples> | undefined;
/** The candidates that were ranked last, whose vectors are computed once. */
let candidates: { readonly key: string; readonly found: Promise<Candidates> } | undefined;
/** ONNX Runtime in WebAssembly does one thing at a time: a training that begins meanwhile would write into the memory of the other. */
let prepared: Promise<void> = Promise.resolve();

const calls: {
  readonly [Name in keyof WorkerCalls]: (
    ...parameters: Parameters<WorkerCalls[Name]>
  ) => Promise<ReturnType<WorkerCalls[Name]>>;
} = {
  prepare: (options) => (prepared = warmEngine(options)),
  train: runJob,
  pause: async () => gate.shut(),
  proceed: async () => gate.open(),
  async stop() {
    interrupt.abort();
    gate.open();
  },
  async predict(given, options) {
    const loaded = await loadedModel();
    // A single example needs no number.
    return loaded.predictTasks(given, given.length === 1 ? { nameOf: () => "The example", ...options } : options);
  },
  async synthesize({ files, specification, set }) {
    const { writeSyntheticData } = await import("../synth/write-synthetic-data.ts");
    await forget();
    await writeFiles(project, files);
    const folder = join(project, "synthetic");
    await writeSyntheticData({ specification: compileFile(join(project, specification), set), folder });
    return readFiles(folder);
  },
  async example(place) {
    examples ??= openRunExamples(trainedRun());
    const opened = await examples.catch((cause: unknown) => {
      examples = undefined;
      throw cause;
    });
    return opened.at(place);
  },
  async rank(example, { task, query, table, top }) {
    const key = JSON.stringify([task, query, table]);
    const loaded = await loadedModel();
    if (candidates?.key !== key)
      candidates = { key, found: loaded.candidates({ paths: [table] }, { task, query, badRows: "report" }) };
    const { found } = candidates;
    const prepared = await found.catch((cause: unknown) => {
      candidates = undefined;
      throw cause;
    });
    const [ranked = []] = await prepared.rank([example], top === undefined ? {} : { top });
    return ranked;
  },
  evaluate: async (split) => evaluate(trainedRun(), split, settings),
  async report() {
    const { writeReport } = await import("../report/write-report.ts");
    const { readFile } = await import("../host/files.ts");
    return readFile(await writeReport(trainedRun()), "utf8");
  },
  runFiles: async () => readFiles(trainedRun()),
  async compiled() {
    const { compileToFolder } = await import("../export/compile-to-folder.ts");
    const folder = join(project, "compiled");
    await compileToFolder(folder, { source: trainedRun(), formats: ["onnx"], graphs: ["predict"] });
    return readFiles(folder);
  },
};

async function runJob(job: TrainingJob): Promise<TrainingEnd> {
  const { files, engine, threads } = job;
  keep = job.keep;
  settings = { ...(engine ? { engine } : {}), ...(threads === undefined ? {} : { threads }) };
  interrupt = new AbortController();
  await prepared.catch(() => undefined);
  await forget();
  await writeFiles(project, files);
  const options: ResumeOptions = {
    ...settings,
    observer,
    interrupt: interrupt.signal,
    loop: (stage) => trainStage(stage, beforeStep),
  };
  return end(await endOf(job, options));
}

async function endOf(
  { specification, set, seed, steps, run: former }: TrainingJob,
  options: ResumeOptions,
): Promise<TrainingEnd> {
  try {
    if (former) {
      run = join(runs, "resumed-0001");
      await writeFiles(run, former);
      return { kind: "done", results: (await resume(run, options)).results };
    }
    const compiled = compileFile(join(project, specification), set);
    const { results } = await train({
      ...options,
      specification: compiled,
      runs,
      ...(seed === undefined ? {} : { seed }),
      ...(steps === undefined ? {} : { steps }),
    });
    return { kind: "done", results };
  } catch (error) {
    if (error instanceof UserError && error.kind === "interrupted") return { kind: "stopped" };
    return { kind: "failure", ...failureOf(error) };
  }
}

async function beforeStep(): Promise<StepOptions> {
  await gate.pass();
  return keeper && performance.now() - lastCheckpoint > mostUnkeptMilliseconds ? { pauses: true } : {};
}

/** Keeps the run as it is, if the job says so, with the number and the loss of its last update. */
function keepRun(state: "going on" | "done"): void {
  if (!lastStep) return;
  const { stage, step, total, loss } = lastStep;
  keeper?.keep({ stage, step, total, loss, isDone: state === "done" });
}

async function warmEngine(options: Pick<TrainingJob, "engine" | "threads">): Promise<void> {
  const engine = await openEngine(options);
  try {
    await warmUp(engine);
  } finally {
    await engine.dispose();
  }
}

/** A worker has the files of one job. */
async function forget(): Promise<void> {
  await (await model?.catch(() => undefined))?.dispose();
  await (await examples?.catch(() => undefined))?.close();
  model = undefined;
  examples = undefined;
  candidates = undefined;
  run = undefined;
  lastStep = undefined;
  await keeper?.close();
  keeper = undefined;
  await rm(project, { recursive: true, force: true });
}

async function loadedModel(): Promise<TrainedModel> {
  model ??= load(trainedRun(), { ...settings, folder: project });
  return model.catch((cause: unknown) => {
    model = undefined;
    throw cause;
  });
}

async function end(event: TrainingEnd): Promise<TrainingEnd> {
  if (event.kind === "done") keepRun("done");
  await keeper?.settled();
  send(event);
  return event;
}

function trainedRun(): string {
  if (run !== undefined) return run;
  throw new UserError("usage", "There is no run yet.", "Train first.");
}

let lastProgress = 0;

const observer: TrainingObserver = {
  onReading(progress) {
    if (progress.done < progress.total && performance.now() - lastProgress < mostMilliseconds) return;
    lastProgress = performance.now();
    send({ kind: "reading", ...progress });
  },
  onRun({ folder, engine, resumedFrom }) {
    run = folder;
    if (keep !== undefined)
      keeper = new RunKeeper(folder, {
        name: keep,
        onKept: (state) => send({ kind: "kept", ...state }),
        onNote: (text) => send({ kind: "warning", text }),
      });
    send({ kind: "run", engine, ...(resumedFrom === undefined ? {} : { resumedFrom }) });
  },
  onStage(event) {
    lastCheckpoint = performance.now();
    send({ kind: "stage", ...event });
  },
  onStep(event) {
    lastStep = event;
    send({ kind: "step", ...event });
  },
  onValidation: (event) => send({ kind: "validation", ...event }),
  onSamplerStatus: (event) => send({ kind: "samplers", ...event }),
  onLeave: (event) => send({ kind: "leave", ...event }),
  onCheckpoint(event) {
    lastCheckpoint = performance.now();
    send({ kind: "checkpoint", ...event });
    keepRun("going on");
  },
  onNote: (text) => send({ kind: "note", text }),
  onWarning: (text) => send({ kind: "warning", text }),
};

function post(message: WorkerMessage): void {
  scope.postMessage(message, []);
}

function send(event: TrainingEvent): void {
  post({ event });
}

scope.addEventListener("message", ({ data: { id, call, parameters } }) => {
  const answer = (calls[call] as (...given: readonly unknown[]) => Promise<unknown>)(...parameters);
  answer.then(
    (result) => post({ id, result }),
    (error: unknown) => post({ id, failure: failureOf(error) }),
  );
});

post({ ready: true });
