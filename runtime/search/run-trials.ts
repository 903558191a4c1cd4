import { join } from "../host/paths.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { RunFolder } from "../run/run-folder.ts";
import { dirname } from "../host/paths.ts";
import type { SearchMethod } from "./methods/method.ts";
import type { SearchObserver } from "./search-observer.ts";
import type { SearchState } from "./search-state.ts";
import type { RunTrial, TrialTraining } from "./train-trial.ts";
import type { Trial, TrialJob } from "./trial.ts";
import { scoreAfter, validationsOf } from "./trial-progress.ts";

export interface TrialsToRun {
  readonly state: SearchState;
  readonly method: Pick<SearchMethod, "next">;
  /** Trials that are trained at the same time. */
  readonly jobs: number;
  readonly specification: ResolvedSpecification;
  readonly runTrial: RunTrial;
  /** The settings that all trials share. */
  readonly training: Omit<TrialTraining, "set" | "run" | "until">;
  readonly set: TrialTraining["set"];
  readonly observer: SearchObserver;
  readonly interrupt: AbortSignal;
}

/**
 * Trains trials until the method asks for no other. Those that were being trained when the search was interrupted
 * continue first. Throws the first error that no other trial could avoid, after the others have saved their runs.
 */
export async function runTrials(search: TrialsToRun): Promise<void> {
  const { state, method, jobs, interrupt } = search;
  const running = new Map<number, Promise<void>>();
  const failed = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const stopped = AbortSignal.any([interrupt, failed.signal]);
  while (true) {
    while (running.size < jobs && !stopped.aborted) {
      const job = begunJob(state.trials, running) ?? method.next(state.trials);
      if (!job) break;
      await state.change(job.number, { state: "training", until: job.until });
      const ended = runJob(search, job, stopped)
        .catch((error: unknown) => {
          failure ??= { error };
          failed.abort();
        })
        .finally(() => running.delete(job.number));
      running.set(job.number, ended);
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (failure) throw failure.error;
}

function begunJob(trials: readonly Trial[], running: ReadonlyMap<number, unknown>): TrialJob | undefined {
  return trials.find(({ state, number }) => state === "training" && !running.has(number));
}

async function runJob(search: TrialsToRun, { number, until }: TrialJob, interrupt: AbortSignal): Promise<void> {
  const { state, runTrial, training, set, observer, specification } = search;
  const trial = state.trial(number);
  observer.onTrial?.(trial);
  let named: Promise<void> = Promise.resolve();
  const end = await runTrial(
    { ...training, set: { ...set, ...trial.values }, run: trial.run, until },
    {
      onRun: (run) => {
        named = state.change(number, { run });
        observer.onTrial?.(state.trial(number));
      },
      onValidation: (validations) => {
        named = state.change(number, { validations });
        observer.onTrial?.(state.trial(number));
      },
      onNote: (note) => observer.onNote?.(note, state.trial(number)),
    },
    interrupt,
  );
  await named;
  await state.change(number, await endOf(state.trial(number), end, { folder: dirname(state.path), specification }));
  observer.onTrial?.(state.trial(number));
}

async function endOf(
  { run, until, scores }: Trial,
  end: Awaited<ReturnType<RunTrial>>,
  { folder, specification }: { readonly folder: string; readonly specification: ResolvedSpecification },
): Promise<Partial<Trial>> {
  const validations = run === null ? [] : await validationsOf(new RunFolder(join(folder, run)).metrics, specification);
  const seen = { validations: validations.length };
  switch (end.state) {
    case "interrupted":
      return seen;
    case "failed":
      return { ...seen, state: "failed", reason: end.reason };
    case "paused":
      return { ...seen, state: "paused", scores: [...scores, scoreAfter(validations, until ?? validations.length)] };
    case "finished":
      return { ...seen, state: "finished", scores: [...scores, scoreAfter(validations, validations.length)] };
  }
}
