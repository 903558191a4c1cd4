import { distancesOf, lowestLosses } from "../../../compiler/balance/lowest-losses.ts";
import { evenMu, logarithmicStchFactors, stchFactors } from "../../../compiler/balance/stch.ts";
import { numbers } from "../../../compiler/balance/task-arithmetic.ts";
import type { BalancerSettings, LossBalancer } from "./balancer.ts";

/**
 * Smooth Tchebycheff scalarisation (Lin et al., 2024, equation 9): the total is μ·log Σ e^((L_t − lowest_t) ∕ μ), whose derivative in L_t is the softmax of
 * (L_t − lowest_t) ∕ μ; here times the number of tasks, as in the authors' code for multi-task learning. A small μ tends to the largest loss alone.
 *
 * With a warm-up, as in that code: for so many epochs the sum of log (L_t − lowest_t) is trained. The means of L_t − lowest_t in the last of these epochs
 * are the nadir, and from then on log ((L_t − lowest_t) ∕ nadir_t) replaces L_t − lowest_t.
 */
export function stch({ options, tasks, epochSteps }: BalancerSettings<"stch">): LossBalancer {
  const lowest = lowestLosses(
    tasks.map(({ name }) => name),
    options.lowest,
  );
  const warmup = Math.ceil(options.warmup * epochSteps);
  let steps = 0;
  let sums = tasks.map(() => 0);
  let counted = 0;
  /** The mean losses at the end of the warm-up, and the μ of an update. In the warm-up all losses count alike. */
  const scale = () =>
    steps < warmup
      ? { nadir: tasks.map(() => 1), mu: evenMu }
      : { nadir: sums.map((sum) => sum / counted), mu: options.mu };
  return {
    needs: "losses",
    weigh: (step) => {
      const losses = step.map(({ loss }) => loss);
      if (warmup === 0) return stchFactors(numbers, numbers.subtract(losses, lowest), options.mu, tasks.length);
      const distances = distancesOf(numbers, losses, lowest);
      const factors = logarithmicStchFactors(numbers, distances, scale(), tasks.length);
      steps++;
      if (steps <= warmup && steps > warmup - epochSteps) {
        sums = sums.map((sum, index) => sum + (distances[index] ?? 0));
        counted++;
      }
      return factors;
    },
    known: () => {
      const { nadir, mu } = scale();
      return { nadir, mu: tasks.map(() => mu) };
    },
    state: () => ({ steps: [steps], sums, counted: [counted] }),
    restore: (state) => {
      steps = state["steps"]?.[0] ?? 0;
      sums = [...(state["sums"] ?? sums)];
      counted = state["counted"]?.[0] ?? 0;
    },
  };
}
