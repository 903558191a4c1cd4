import type { SetParams } from "../compile.ts";

/**
 * The state of a trial: it waits; it is training (or was when the search ended); it paused after the validations that
 * it was given; it has ended; or it failed.
 */
export type TrialState = "waiting" | "training" | "paused" | "finished" | "failed";

/** One choice of values, and the run that tries it. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number;
  /** Values of the dimensions, as `--set` takes them. */
  readonly values: SetParams;
  readonly state: TrialState;
  /** The name of its run folder, once there is one. */
  readonly run: string | null;
  /** Validations after which it pauses; `null` where it trains to its end. */
  readonly until: number | null;
  /** The validations of its last stage so far. */
  readonly validations: number;
  /**
   * The best score so far at each pause, the last one that of all validations so far: the higher the better; `null`
   * where no measure was defined.
   */
  readonly scores: readonly (number | null)[];
  /** Why it failed. */
  readonly reason?: string;
}

/** A training that a method asks for: a trial begins or continues. */
export interface TrialJob {
  readonly number: number;
  readonly until: number | null;
}

export function scoreOfTrial({ scores }: Pick<Trial, "scores">): number | null {
  return scores.at(-1) ?? null;
}

/** Trials with the best first: by how far they came, then by their score; those that failed or did not begin are last. */
export function ranked(trials: readonly Trial[]): readonly Trial[] {
  return trials.toSorted(
    (a, b) =>
      rankOf(b) - rankOf(a) ||
      b.scores.length - a.scores.length ||
      (scoreOfTrial(b) ?? -Infinity) - (scoreOfTrial(a) ?? -Infinity) ||
      a.number - b.number,
  );
}

const ranks: { readonly [State in TrialState]: number } = {
  finished: 2,
  paused: 1,
  training: 1,
  waiting: 0,
  failed: -1,
};

function rankOf(trial: Trial): number {
  return scoreOfTrial(trial) === null && trial.state === "finished" ? 0 : ranks[trial.state];
}

/** The best trial that was trained to its end. */
export function bestTrial(trials: readonly Trial[]): Trial | undefined {
  return ranked(trials).find((trial) => trial.state === "finished" && scoreOfTrial(trial) !== null);
}
