import type { BalancerSettings, GramBalancer } from "./balancer.ts";
import { entry } from "./gram.ts";

/** A weight of 0 would have no gradient to come back by. */
const least = 1e-3;

/**
 * GradNorm (Chen et al., 2018). With G_t = w_t·g_t, g_t = ‖∇_W L_t‖ over the weights W that tasks share, and r_t the relative inverse training
 * rate, L_grad = Σ |G_t − Ḡ·r_t^α| (equation 2) has in w_t the derivative sign(G_t − Ḡ·r_t^α)·g_t, its target being constant: no second
 * differentiation is needed. The weights take a plain gradient step and are scaled to sum to the number of tasks.
 */
export function gradnorm({ options, tasks }: BalancerSettings<"gradnorm">): GramBalancer {
  let weights: readonly number[] = tasks.map(() => 1);
  let initial: readonly number[] = [];
  return {
    needs: "gradients",
    weighs: "all",
    weigh: (step, gram) => {
      const losses = step.map(({ loss }) => loss);
      if (initial.length === 0) initial = losses;
      const used = weights;
      const products = gram();
      const norms = step.map((_, index) => Math.sqrt(entry(products, index, index)));
      const relative = losses.map((loss, index) => ((initial[index] ?? 0) === 0 ? 1 : loss / (initial[index] ?? 1)));
      weights = gradnormStep({ weights, norms, relative, alpha: options.alpha, rate: options.rate });
      return used;
    },
    state: () => ({ weights, initial }),
    restore: (state) => {
      weights = state["weights"] ?? [];
      initial = state["initial"] ?? [];
    },
  };
}

export interface GradnormStep {
  readonly weights: readonly number[];
  /** ‖∇_W L_t‖ without the weights. */
  readonly norms: readonly number[];
  /** L_t ∕ L_t(0). */
  readonly relative: readonly number[];
  readonly alpha: number;
  readonly rate: number;
}

/** The weights after one step. Where no task moves the shared weights there is nothing to balance. */
export function gradnormStep({ weights, norms, relative, alpha, rate }: GradnormStep): readonly number[] {
  if (norms.every((norm) => norm === 0)) return weights;
  const weighted = weights.map((weight, index) => weight * (norms[index] ?? 0));
  const meanNorm = mean(weighted);
  const meanRelative = mean(relative);
  const stepped = weights.map((weight, index) => {
    const inverseRate = meanRelative === 0 ? 1 : (relative[index] ?? 1) / meanRelative;
    const gradient = Math.sign((weighted[index] ?? 0) - meanNorm * inverseRate ** alpha) * (norms[index] ?? 0);
    return Math.max(least, weight - rate * gradient);
  });
  const total = stepped.reduce((sum, each) => sum + each, 0);
  return stepped.map((each) => (each * stepped.length) / total);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
