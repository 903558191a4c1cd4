import type { ResolvedStage } from "../../../compiler/schema/resolved.ts";
import { type Score, isBetter } from "./selection.ts";

export interface EarlyStopState {
  readonly best: number | null;
  /** The number of measures that the best score is the mean of; 1 if it is absent. */
  readonly measures?: number;
  /** Validations since the last improvement. */
  readonly waited: number;
}

export const noValidationYet: EarlyStopState = { best: null, waited: 0 };

/** The state after a validation of this score. NaN is no improvement. */
export function afterValidation(
  state: EarlyStopState,
  score: Score,
  { least }: NonNullable<ResolvedStage["early_stop"]>,
): EarlyStopState {
  const best = state.best === null ? null : { value: state.best, measures: state.measures ?? 1 };
  return isBetter(score, best, least)
    ? { best: score.value, measures: score.measures, waited: 0 }
    : { ...state, waited: state.waited + 1 };
}

export function isOver(state: EarlyStopState, { patience }: NonNullable<ResolvedStage["early_stop"]>): boolean {
  return state.waited >= patience;
}
