import type { Rules } from "../../../compiler/semantics.ts";

/** The divisor of a weighted mean over rows, from the sum of their weights; 0 if no row counts, whose mean is 0. */
export function weightInMean(sumOfWeights: number, rule: Rules["weightedMean"]): number {
  return rule === "at_least_one" ? Math.max(sumOfWeights, 1) : sumOfWeights;
}
