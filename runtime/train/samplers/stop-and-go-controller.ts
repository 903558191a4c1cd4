import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";

type Options = Extract<ResolvedSampler, { kind: "stop_and_go" }>;

/** Decides whether a task is in GO or STOP (12-in-1, Lu et al., 2020, section 3.3). */
export interface Controller {
  /** The best score so far; null before the first validation. */
  readonly best: number | null;
  /** The number of consecutive validations without a gain. */
  readonly bad: number;
  /** The number of validations before the state may change again. */
  readonly cool: number;
  readonly stopped: boolean;
}

export const going: Controller = { best: null, bad: 0, cool: 0, stopped: false };

/**
 * The controller after a validation; larger scores are better. Thresholds are relative to the magnitude of the best
 * score, so that negative scores (negated errors) work too. A score of NaN is neither a gain nor a fall. `code` is the
 * authors' controller, whose count of bad validations continues while a task is stopped and can hide a fall; `paper`
 * does not have this flaw.
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
