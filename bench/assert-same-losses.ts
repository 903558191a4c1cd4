import type { Candidate } from "./candidate.ts";

/** Asserts that all candidates compute the same: from equal weights on one batch, their first losses are equal. */
export async function assertSameLosses(candidates: readonly Candidate[]): Promise<void> {
  for (let step = 1; step <= 3; step++) {
    const losses = [];
    for (const candidate of candidates) losses.push((await candidate.steps(1)).loss);
    const spread = Math.max(...losses) - Math.min(...losses);
    if (!(spread <= 1e-3 * Math.max(...losses)))
      throw new Error(`the losses of step ${step} differ: ${losses.join(", ")}`);
  }
}
