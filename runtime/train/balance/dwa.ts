import type { BalancerSettings, EarlierLossBalancer } from "./balancer.ts";

/**
 * Dynamic weight average (Liu, Johns & Davison, 2019, equation 7): in epoch e, λ_t = K·softmax_t(r_t ∕ T) with r_t = L̄_t(e − 1) ∕ L̄_t(e − 2); 1 in
 * the first two. A task that an epoch did not train keeps its average, and so r_t = 1.
 */
export function dwa({ options, tasks, epochSteps }: BalancerSettings<"dwa">): EarlierLossBalancer {
  let steps = 0;
  let sums = tasks.map(() => 0);
  let counts = tasks.map(() => 0);
  /** Averages of the last epoch and of the one before; empty until there are such. */
  let last: readonly number[] = [];
  let before: readonly number[] = [];
  const endEpoch = () => {
    const averages = sums.map((sum, index) =>
      (counts[index] ?? 0) > 0 ? sum / (counts[index] ?? 1) : (last[index] ?? 0),
    );
    [before, last] = [last, averages];
    [steps, sums, counts] = [0, tasks.map(() => 0), tasks.map(() => 0)];
  };
  return {
    needs: "earlier_losses",
    factors: (step) => {
      const factors = dwaFactors(
        tasks.map((_, index) => ratio(last[index], before[index])),
        options.temperature,
      );
      return step.map((task) => factors[tasks.findIndex(({ name }) => name === task)] ?? 1);
    },
    observe: (losses) => {
      for (const { task, loss } of losses) {
        const index = tasks.findIndex(({ name }) => name === task);
        sums[index] = (sums[index] ?? 0) + loss;
        counts[index] = (counts[index] ?? 0) + 1;
      }
      if (++steps >= epochSteps) endEpoch();
    },
    state: () => ({ steps: [steps], sums, counts, last, before }),
    restore: (state) => {
      steps = state["steps"]?.[0] ?? 0;
      sums = [...(state["sums"] ?? [])];
      counts = [...(state["counts"] ?? [])];
      last = state["last"] ?? [];
      before = state["before"] ?? [];
    },
  };
}

function ratio(last: number | undefined, before: number | undefined): number {
  return last === undefined || before === undefined || before === 0 ? 1 : last / before;
}

/** K·softmax(r ∕ T). */
export function dwaFactors(ratios: readonly number[], temperature: number): readonly number[] {
  const largest = Math.max(...ratios);
  const exponentials = ratios.map((each) => Math.exp((each - largest) / temperature));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  return exponentials.map((each) => (ratios.length * each) / total);
}
