import type { Trial } from "./trial.ts";

/** Is called while a search runs; a search prints nothing itself. */
export interface SearchObserver {
  /** Called when the search's file is there, with all trials. */
  onSearch?(event: { readonly file: string; readonly trials: readonly Trial[] }): void;
  /** Called when a trial begins, continues, has a run folder, was validated, pauses, ends or fails. */
  onTrial?(trial: Trial): void;
  /** Called with a sentence for the log: of a trial, or of the search if there is none. */
  onNote?(note: string, trial?: Trial): void;
}
