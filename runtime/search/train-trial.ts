import { basename, join } from "../host/paths.ts";
import type { SetParams } from "../compile.ts";
import type { EngineChoice } from "../engines/open-engine.ts";
import { RunFolder } from "../run/run-folder.ts";
import { resume, train } from "../run/train.ts";
import { UserError } from "../user-error.ts";
import { countValidations } from "./trial-progress.ts";

/** The settings of one training of a trial, as plain data that a process can be sent. */
export interface TrialTraining {
  /** The path of the `.mtl` file. */
  readonly specification: string;
  readonly set: SetParams;
  readonly runs: string;
  readonly name: string;
  /** The run folder of a trial that continues. */
  readonly run: string | null;
  /** Validations after which it pauses. */
  readonly until: number | null;
  readonly engine: EngineChoice | null;
  readonly threads: number;
  readonly data: string | null;
  readonly steps: number | null;
}

/** The end of a training. `failed` is a trial's own failure, such as a loss that is not finite. */
export type TrialEnd =
  { readonly state: "finished" | "paused" | "interrupted" } | { readonly state: "failed"; readonly reason: string };

/** Is called while a trial trains. */
export interface TrialEvents {
  onRun(name: string): void;
  /** The validations of the run so far. */
  onValidation(count: number): void;
  onNote(note: string): void;
}

export type RunTrial = (training: TrialTraining, events: TrialEvents, interrupt: AbortSignal) => Promise<TrialEnd>;

/**
 * Trains a trial in this process, from its beginning or from its newest checkpoint. A pause is an interruption after a
 * validation, so that a trial which continues has the bits of one that did not pause.
 *
 * @throws UserError of a kind that no other trial could avoid, such as `data`.
 */
export const trainTrial: RunTrial = async (training, events, interrupt) => {
  const { run, until, runs, engine, threads, data, steps } = training;
  const pause = new AbortController();
  let count = 0;
  const pauseIfDue = (): void => {
    if (until !== null && count >= until) pause.abort();
  };
  const shared = {
    interrupt: AbortSignal.any([interrupt, pause.signal]),
    threads,
    ...(data === null ? {} : { data }),
    observer: {
      onRun: ({ folder }: { readonly folder: string }) => {
        // The log has just been cut to the checkpoint from which the run continues.
        count = countValidations(new RunFolder(folder).metrics);
        events.onRun(basename(folder));
        pauseIfDue();
      },
      onValidation: () => {
        count += 1;
        events.onValidation(count);
        pauseIfDue();
      },
      onNote: (note: string) => events.onNote(note),
    },
  };
  try {
    if (run !== null) await resume(join(runs, run), shared);
    else {
      const { specification, set, name } = training;
      await train({
        ...shared,
        specification,
        set,
        runs,
        name,
        ...(engine === null ? {} : { engine }),
        ...(steps === null ? {} : { steps }),
      });
    }
    return { state: "finished" };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.kind === "interrupted") return { state: interrupt.aborted ? "interrupted" : "paused" };
    if (error.kind !== "diverged") throw error;
    return { state: "failed", reason: error.message };
  }
};
