import type { ResolvedStage } from "../../compiler/schema/resolved.ts";

export interface EarlyStopState {
  readonly best: number | null;
  /** Validations since the last improvement. */
  readonly waited: number;
}

export const noValidationYet: EarlyStopState = { best: null, waited: 0 };

/** The state after a validation of this score. NaN is no improvement. */
export function afterValidation(state: EarlyStopState, score: number, { least }: NonNullable<ResolvedStage["early_stop"]>): EarlyStopState {
  const isBetter = state.best === null ? !Number.isNaN(score) : score > state.best + least;
  return isBetter ? { best: score, waited: 0 } : { ...state, waited: state.waited + 1 };
}

export function isOver(state: EarlyStopState, { patience }: NonNullable<ResolvedStage["early_stop"]>): boolean {
  return state.waited >= patience;
}
