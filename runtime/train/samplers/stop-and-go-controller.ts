import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";

type Options = Extract<ResolvedSampler, { kind: "stop_and_go" }>;

/** Decides whether a task is in GO or STOP (12-in-1, Lu et al., 2020, section 3.3). */
export interface Controller {
  /** The best score so far; null before the first validation. */
  readonly best: number | null;
  /** Validations in a row without a gain. */
  readonly bad: number;
  /** Validations that pass before it may change again. */
  readonly cool: number;
  readonly stopped: boolean;
}

export const going: Controller = { best: null, bad: 0, cool: 0, stopped: false };

/**
 * The controller after a validation; of scores, larger is better. Thresholds are relative to the best score's size, so that scores below zero
 * (negated errors) work too. A score that is NaN is no gain and no fall. `code` is the authors' controller, whose count of bad validations
 * goes on while a task is stopped and can hide a fall; `paper` is free of that.
 */
export function afterValidation(before: Controller, score: number, options: Options): Controller {
  const { stop, go, patience, cooldown } = options;
  const isGain = !Number.isNaN(score) && (before.best === null || score > before.best + Math.abs(before.best) * stop);
  const best = isGain ? score : before.best;
  const hasFallen = best !== null && score < best - Math.abs(best) * go;
  const cool = Math.max(0, before.cool - 1);
  const bad = isGain || before.cool > 0 ? 0 : before.bad + 1;
  if (options.variant === "paper" && before.stopped) {
    return hasFallen
      ? { best, bad: 0, cool: cooldown, stopped: false }
      : { best, bad: 0, cool: before.cool, stopped: true };
  }
  if (bad > patience) return { best, bad: 0, cool: options.variant === "code" ? cooldown : cool, stopped: true };
  if (before.stopped && hasFallen) return { best, bad: 0, cool: cooldown, stopped: false };
  return { best, bad, cool, stopped: before.stopped };
}
