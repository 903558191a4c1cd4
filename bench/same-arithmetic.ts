import type { Candidate } from "./candidate.ts";

/** From equal weights on one batch, the first losses are equal: what is compared is the same work. */
export async function holdSameArithmetic(candidates: readonly Candidate[]): Promise<void> {
  for (let step = 1; step <= 3; step++) {
    const losses = [];
    for (const candidate of candidates) losses.push((await candidate.steps(1)).loss);
    const spread = Math.max(...losses) - Math.min(...losses);
    if (!(spread <= 1e-3 * Math.max(...losses)))
      throw new Error(`the losses of step ${step} differ: ${losses.join(", ")}`);
  }
}
