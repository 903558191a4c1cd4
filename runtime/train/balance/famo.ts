import type { BalancerSettings, LossBalancer, TaskLoss } from "./balancer.ts";
import { dot, sumOf } from "./gram.ts";
import { lowestLosses } from "./lowest-losses.ts";
import { softmax } from "./softmax.ts";

/** The smallest distance of a loss from its lower bound, of which a logarithm is taken. */
const least = 1e-8;
const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/**
 * FAMO (Liu et al., 2023, algorithm 1): with z = softmax(ξ) and D_t = L_t − lowest_t, the factor of a task is z_t ∕ D_t, times the number of tasks and divided
 * by the sum over tasks, so that the update decreases the logarithms of all losses at rates as equal as possible. ξ then follows the derivative
 * z_t·(δ_t − Σ z_u·δ_u) + γ·ξ_t with δ_t = log D_t before − log D_t after the update: a task whose loss fell more than the others' gets less weight.
 * As in the authors' code, ξ is trained by Adam with γ as its weight decay.
 *
 * `same_batch` has the losses after the update from a second forward pass over the same rows; `next_batch` takes those of the next update's rows.
 */
export function famo({ options, tasks }: BalancerSettings<"famo">): LossBalancer {
  const lowest = lowestLosses(tasks, options.lowest);
  const distances = (losses: readonly TaskLoss[]) =>
    losses.map(({ loss }, index) => Math.max(least, loss - (lowest[index] ?? 0)));
  let logits: readonly number[] = tasks.map(() => 0);
  let moments: readonly [readonly number[], readonly number[]] = [tasks.map(() => 0), tasks.map(() => 0)];
  let steps = 0;
  /** The losses of the update before; empty before the first. */
  let before: readonly number[] = [];
  const learn = (after: readonly number[]) => {
    if (before.length === 0 || !after.every(Number.isFinite)) return;
    const gains = after.map((distance, index) => Math.log(before[index] ?? distance) - Math.log(distance));
    const weights = softmax(logits);
    const common = dot(weights, gains);
    const slope = gains.map(
      (gain, index) => (weights[index] ?? 0) * (gain - common) + options.gamma * (logits[index] ?? 0),
    );
    steps++;
    moments = [
      moments[0].map((moment, index) => beta1 * moment + (1 - beta1) * (slope[index] ?? 0)),
      moments[1].map((moment, index) => beta2 * moment + (1 - beta2) * (slope[index] ?? 0) ** 2),
    ];
    logits = logits.map((logit, index) => {
      const mean = (moments[0][index] ?? 0) / (1 - beta1 ** steps);
      const deviation = Math.sqrt((moments[1][index] ?? 0) / (1 - beta2 ** steps));
      return logit - (options.rate * mean) / (deviation + epsilon);
    });
  };
  return {
    needs: "losses",
    weigh: (step) => {
      const now = distances(step);
      if (options.losses === "next_batch") learn(now);
      before = now;
      const shares = softmax(logits).map((weight, index) => weight / (now[index] ?? 1));
      return shares.map((share) => (tasks.length * share) / sumOf(shares));
    },
    ...(options.losses === "same_batch" ? { learn: (after) => learn(distances(after)) } : {}),
    state: () => ({ logits, first: moments[0], second: moments[1], steps: [steps], before }),
    restore: (state) => {
      logits = state["logits"] ?? logits;
      moments = [state["first"] ?? moments[0], state["second"] ?? moments[1]];
      steps = state["steps"]?.[0] ?? 0;
      before = state["before"] ?? [];
    },
  };
}
