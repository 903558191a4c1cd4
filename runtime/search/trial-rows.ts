import type { Trial } from "./trial.ts";
import type { ScoreDisplay } from "./trial-progress.ts";

/** A table of trials, for a terminal and for a report. */
export interface TrialRows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A row for each trial, in their order. */
export function trialRows(trials: readonly Trial[], measure: ScoreDisplay): TrialRows {
  const names = Object.keys(trials[0]?.values ?? {});
  return {
    header: ["trial", measure.label, ...names, "validations", "state", "run"],
    rows: trials.map((trial) => [
      String(trial.number),
      trialScore(trial, measure),
      ...names.map((name) => trial.values[name] ?? ""),
      trial.validations === 0 ? "" : String(trial.validations),
      trial.reason === undefined ? trial.state : `failed: ${trial.reason}`,
      trial.run ?? "",
    ]),
  };
}

/** The last score of a trial, as its measure shows it; empty before its first one. */
export function trialScore({ scores }: Pick<Trial, "scores">, { sign }: Pick<ScoreDisplay, "sign">): string {
  const score = scores.at(-1);
  return score === undefined ? "" : shownScore(score, sign);
}

export function shownScore(score: number | null, sign: ScoreDisplay["sign"]): string {
  return score === null ? "undefined" : (sign * score).toFixed(4);
}
