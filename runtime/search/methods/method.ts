import type { SetParams } from "../../compile.ts";
import type { Space } from "../space.ts";
import type { Trial, TrialJob } from "../trial.ts";

/** The settings of a search that its method reads. */
export interface MethodSettings {
  readonly space: Space;
  readonly seed: number;
  /** The most trials. */
  readonly trials: number;
  /** Values of a range that a grid tries. */
  readonly points: number;
  /** `halving`: of this many trials, one continues. */
  readonly factor: number;
  /** `halving`: validations before a trial pauses for the first time. */
  readonly first: number;
}

/** A way to search: which values are tried, and which trial is trained next. Both are functions of their arguments alone. */
export interface SearchMethod {
  /** The number of trials. */
  readonly trials: number;
  /**
   * The values of a trial, counted from 1. `attempt` counts the values that the compiler refused before; `undefined` if
   * there are no others.
   */
  valuesOf(trial: number, attempt: number): SetParams | undefined;
  /** The next training; `undefined` if there is none until a running one has ended, or at all. */
  next(trials: readonly Trial[]): TrialJob | undefined;
}

/** The next trial that has not begun, which trains to its end. */
export function nextWaiting(trials: readonly Trial[]): TrialJob | undefined {
  const waiting = trials.find(({ state }) => state === "waiting");
  return waiting && { number: waiting.number, until: null };
}
