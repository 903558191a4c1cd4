import { famoFactors, famoLearnt, famoStep, type FamoWeights } from "../../../compiler/balance/famo.ts";
import { distancesOf, lowestLosses } from "../../../compiler/balance/lowest-losses.ts";
import { numbers } from "../../../compiler/balance/task-arithmetic.ts";
import type { BalancerSettings, LossBalancer, TaskLoss } from "./balancer.ts";

/**
 * FAMO, whose formulas are in `compiler/balance/famo.ts`. `same_batch` has the losses after the update from a second forward pass over the same rows;
 * `next_batch` takes those of the next update's rows.
 */
export function famo({ options, tasks }: BalancerSettings<"famo">): LossBalancer {
  const lowest = lowestLosses(
    tasks.map(({ name }) => name),
    options.lowest,
  );
  const distances = (losses: readonly TaskLoss[]) =>
    distancesOf(
      numbers,
      losses.map(({ loss }) => loss),
      lowest,
    );
  const zeros = tasks.map(() => 0);
  let weights: FamoWeights<readonly number[]> = { logits: zeros, first: zeros, second: zeros };
  let steps = 0;
  /** The losses of the update before; empty before the first. */
  let before: readonly number[] = [];
  const learn = (after: readonly number[]) => {
    if (before.length === 0 || !after.every(Number.isFinite)) return;
    steps++;
    const step = { ...famoStep(options.rate, steps), gamma: options.gamma };
    weights = famoLearnt(numbers, weights, { before, after }, step);
  };
  return {
    needs: "losses",
    weigh: (step) => {
      const now = distances(step);
      if (options.losses === "next_batch") learn(now);
      before = now;
      return famoFactors(numbers, weights.logits, now, tasks.length);
    },
    known: () => {
      const { rate, correction } = famoStep(options.rate, steps + 1);
      // Without losses of an update before, a rate of 0 has nothing learnt.
      const isFirst = before.length === 0;
      return {
        ...weights,
        before: isFirst ? tasks.map(() => 1) : before,
        rate: tasks.map(() => (isFirst ? 0 : rate)),
        correction: tasks.map(() => correction),
      };
    },
    ...(options.losses === "same_batch" ? { learn: (after) => learn(distances(after)) } : {}),
    state: () => ({ logits: weights.logits, first: weights.first, second: weights.second, steps: [steps], before }),
    restore: (state) => {
      weights = {
        logits: state["logits"] ?? weights.logits,
        first: state["first"] ?? weights.first,
        second: state["second"] ?? weights.second,
      };
      steps = state["steps"]?.[0] ?? 0;
      before = state["before"] ?? [];
    },
  };
}
