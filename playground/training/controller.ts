import { batch } from "@preact/signals";
import { type Training, startTraining } from "../../runtime/browser/start-training.ts";
import type { Failure, TrainingEnd, TrainingEvent } from "../../runtime/browser/training-messages.ts";
import type { TaskEvaluation } from "../../runtime/evaluation/evaluation-file.ts";
import { say, shared, specification } from "../state/app-state.ts";
import { jobOf } from "./job.ts";
import { type KeptOffer, filesOfOffer, forgetOldRuns } from "./kept-offer.ts";
import { LoggedValues } from "./logged-values.ts";
import { ownFiles } from "./own-files.ts";
import { prepareWorker, takeWorker } from "./spare-worker.ts";
import * as state from "./training-state.ts";
import { filesOfExample } from "./training-files.ts";

/** Milliseconds between two drawings of the curves. */
const betweenDrawings = 200;

let training: Training | undefined;
let log = new LoggedValues();
let drawing: ReturnType<typeof setTimeout> | undefined;
/** The files of a run that was stopped. */
let stopped: Record<string, Uint8Array> | undefined;

/** Trains the specification as it is in the editor, from the beginning. */
export async function train(): Promise<void> {
  if (forgetTraining(new LoggedValues())) await begin({});
}

/** Continues a run that the browser has kept, or opens the model of one that has ended. */
export async function openKept(offer: KeptOffer): Promise<void> {
  const files = await filesOfOffer(offer);
  if (!files || !forgetTraining(LoggedValues.of(files))) return;
  state.progress.value = { ...offer.run, secondsLeft: 0, secondsPerStep: 0 };
  state.logged.value = log.values;
  await begin({ run: files });
}

/** Makes room for another training of the text as it is; false if it cannot be trained now. */
function forgetTraining(logged: LoggedValues): boolean {
  const compiled = specification.peek();
  if (!compiled || state.isBusy.peek()) return false;
  log = logged;
  stopped = undefined;
  batch(() => {
    state.trained.value = { state: shared.peek(), specification: compiled };
    state.results.value = [];
    state.evaluations.value = [];
    state.notes.value = [];
    state.logged.value = [];
    state.progress.value = undefined;
    state.isKept.value = false;
  });
  return true;
}

/** Continues a run that was stopped. */
export async function resume(): Promise<void> {
  if (stopped && !state.isBusy.peek()) await begin({ run: stopped });
}

async function begin(more: { readonly run?: Record<string, Uint8Array> }): Promise<void> {
  const trained = state.trained.peek();
  if (!trained) return;
  close();
  state.run.value = { kind: "preparing", message: "Fetching the data …" };
  try {
    const job = await jobOf(trained, note);
    if ("help" in job) return failed(job);
    state.run.value = { kind: "preparing", message: "Loading the engine …" };
    state.keptAs.value = job.keep;
    training = startTraining({ ...job, ...more, worker: takeWorker(), onEvent });
    await finish(training, await training.end);
  } catch (error) {
    failed({ message: error instanceof Error ? error.message : String(error) });
  }
}

/** Ends the worker of the training. */
function close(): void {
  training?.close();
  training = undefined;
  state.keptAs.value = undefined;
}

function note(text: string): void {
  state.notes.value = [...state.notes.peek(), text];
}

/** Fetches what a training of the present text needs, while nothing else is to be done. */
export function prepare(): void {
  if (state.isBusy.peek()) return;
  prepareWorker();
  const { example } = shared.peek();
  if (example !== undefined && ownFiles.peek().size === 0) filesOfExample(example).catch(() => undefined);
}

export function pause(): void {
  if (state.run.peek().kind !== "training") return;
  void training?.pause();
  state.run.value = { kind: "paused" };
}

export function proceed(): void {
  if (state.run.peek().kind !== "paused") return;
  void training?.proceed();
  state.run.value = { kind: "training" };
}

export function stop(): void {
  if (!state.isBusy.peek()) return;
  void training?.stop();
  state.run.value = { kind: "stopping" };
}

/** The training with its model, for predictions and exports. */
export function currentTraining(): Training | undefined {
  return training;
}

function onEvent(event: TrainingEvent): void {
  log.add(event);
  switch (event.kind) {
    case "reading":
      state.run.value = { kind: "preparing", message: "Reading the data …" };
      return;
    case "stage":
      if (["preparing", "measuring"].includes(state.run.peek().kind)) state.run.value = { kind: "training" };
      return;
    case "step":
      if (state.progress.peek() === undefined) performance.mark("mtl-first-loss");
      state.progress.value = event;
      // A stage ends with a validation, and the last stage with the results.
      if (event.step === event.total && state.run.peek().kind === "training") state.run.value = { kind: "measuring" };
      return draw();
    case "validation":
      return draw();
    case "kept":
      if (!state.isKept.peek()) void forgetOldRuns();
      state.isKept.value = true;
      return;
    case "warning":
    case "note":
      return note(event.text);
    default:
      return;
  }
}

function draw(): void {
  drawing ??= setTimeout(() => {
    drawing = undefined;
    state.logged.value = log.values;
  }, betweenDrawings);
}

async function finish(finished: Training, end: TrainingEnd): Promise<void> {
  if (finished !== training) return;
  state.logged.value = log.values;
  if (end.kind === "failure") return failed(end);
  stopped = await finished.runFiles();
  batch(() => {
    state.results.value = end.kind === "done" ? end.results : [];
    state.evaluations.value = evaluationsIn(stopped ?? {});
    state.run.value = { kind: end.kind };
  });
  say(end.kind === "done" ? "The training is done." : "The training is stopped. It can be resumed.");
}

function failed({ message, help = "" }: Pick<Failure, "message" | "help">): void {
  close();
  // The folder in which the worker has the files is none of the reader's.
  state.run.value = { kind: "failed", message: message.replaceAll("/project/", ""), help };
}

/** The evaluations in the files of a run. */
export function evaluationsIn(files: Readonly<Record<string, Uint8Array>>): readonly TaskEvaluation[] {
  return Object.entries(files)
    .filter(([path]) => /^evaluation\/[^/]+\.json$/u.test(path))
    .map(([, bytes]) => JSON.parse(new TextDecoder().decode(bytes)) as TaskEvaluation);
}
