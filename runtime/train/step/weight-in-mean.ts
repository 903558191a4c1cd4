import type { Rules } from "../../../compiler/semantics.ts";

/** What a weighted mean over rows divides by, from the sum of their weights; 0 where none counts, whose mean is 0. */
export function weightInMean(sumOfWeights: number, rule: Rules["weightedMean"]): number {
  return rule === "at_least_one" ? Math.max(sumOfWeights, 1) : sumOfWeights;
}
