import type { BalancerSettings, EarlierLossBalancer } from "./balancer.ts";

/** A loss that has reached 0 would drive its variance beyond this limit to 0, and its factor to infinity. */
const limit = 10;

/**
 * Kendall et al. (2018): the total is Σ c_t·e^(−s_t)·L_t + ½·s_t with s_t = log σ_t², c = ½ for regression (equation 5) and 1 for the rest
 * (equation 10). The derivative in s_t is ½ − c·e^(−s_t)·L_t, so no graph needs to know of it; s_t of the step's tasks takes a plain gradient step.
 */
export function homoscedastic({ options, tasks }: BalancerSettings<"homoscedastic">): EarlierLossBalancer {
  const logVariances = new Map(tasks.map(({ name }) => [name, options.initial]));
  const constants = new Map(tasks.map(({ name, target }) => [name, target === "number" ? 0.5 : 1]));
  const factorOf = (task: string) => (constants.get(task) ?? 1) * Math.exp(-(logVariances.get(task) ?? 0));
  return {
    needs: "earlier_losses",
    factors: (step) => step.map(factorOf),
    observe: (losses) => {
      for (const { task, loss } of losses) {
        const after = (logVariances.get(task) ?? 0) - options.rate * (0.5 - factorOf(task) * loss);
        logVariances.set(task, Math.min(limit, Math.max(-limit, after)));
      }
    },
    state: () => ({ logVariances: [...logVariances.values()] }),
    restore: (state) => {
      for (const [index, { name }] of tasks.entries())
        logVariances.set(name, state["logVariances"]?.[index] ?? options.initial);
    },
  };
}
