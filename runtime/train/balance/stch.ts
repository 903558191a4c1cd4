import type { BalancerSettings, LossBalancer } from "./balancer.ts";
import { lowestLosses } from "./lowest-losses.ts";
import { softmax } from "./softmax.ts";

/** The smallest distance of a loss from its lower bound, of which a logarithm is taken. */
const least = 1e-8;

/**
 * Smooth Tchebycheff scalarisation (Lin et al., 2024, equation 9): the total is μ·log Σ e^((L_t − lowest_t) ∕ μ), whose derivative in L_t is the softmax of
 * (L_t − lowest_t) ∕ μ; here times the number of tasks, as in the authors' code for multi-task learning. A small μ tends to the largest loss alone.
 *
 * With a warm-up, as in that code: for so many epochs the sum of log (L_t − lowest_t) is trained. The means of L_t − lowest_t in the last of these epochs
 * are the nadir, and from then on log ((L_t − lowest_t) ∕ nadir_t) replaces L_t − lowest_t.
 */
export function stch({ options, tasks, epochSteps }: BalancerSettings<"stch">): LossBalancer {
  const lowest = lowestLosses(tasks, options.lowest);
  const warmup = Math.ceil(options.warmup * epochSteps);
  let steps = 0;
  let sums = tasks.map(() => 0);
  let counted = 0;
  return {
    needs: "losses",
    weigh: (step) => {
      const distances = step.map(({ loss }, index) => loss - (lowest[index] ?? 0));
      const positive = distances.map((distance) => Math.max(least, distance));
      const isWarmingUp = steps++ < warmup;
      if (isWarmingUp && steps > warmup - epochSteps) {
        sums = sums.map((sum, index) => sum + (positive[index] ?? 0));
        counted++;
      }
      if (isWarmingUp) return positive.map((distance) => 1 / distance);
      if (warmup === 0) return stchFactors(distances, options.mu);
      const logarithms = positive.map((distance, index) => Math.log((distance * counted) / (sums[index] ?? 1)));
      return stchFactors(logarithms, options.mu).map((factor, index) => factor / (positive[index] ?? 1));
    },
    state: () => ({ steps: [steps], sums, counted: [counted] }),
    restore: (state) => {
      steps = state["steps"]?.[0] ?? 0;
      sums = [...(state["sums"] ?? sums)];
      counted = state["counted"]?.[0] ?? 0;
    },
  };
}

/** K·softmax(d ∕ μ) of K distances from the reference point. */
export function stchFactors(distances: readonly number[], mu: number): readonly number[] {
  return softmax(distances.map((distance) => distance / mu)).map((weight) => distances.length * weight);
}
