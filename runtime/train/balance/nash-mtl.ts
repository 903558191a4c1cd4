import type { BalancerSettings, GramBalancer } from "./balancer.ts";
import { type Gram, dot, times } from "./gram.ts";
import { ridge } from "./solvers/simplex.ts";
import { solvePositive } from "./solvers/solve-positive.ts";

/** Nash-MTL (Navon et al., 2022, claim 3.1): the weights α with G·α = 1 ∕ α, solved every so many updates. */
export function nashMtl({ options, tasks }: BalancerSettings<"nash_mtl">): GramBalancer {
  let weights: readonly number[] = tasks.map(() => 1);
  let steps = 0;
  return {
    needs: "gradients",
    weighs: "shared",
    weigh: (_, gram) => {
      if (steps++ % options.every === 0) weights = nashWeights(gram());
      return weights;
    },
    state: () => ({ weights, steps: [steps] }),
    restore: (state) => {
      weights = state["weights"] ?? weights;
      steps = state["steps"]?.[0] ?? 0;
    },
  };
}

/**
 * G·α = 1 ∕ α is where the gradient of ½·αᵀGα − Σ log α_i is 0. That function is convex and self-concordant, so damped Newton steps find its minimum from
 * anywhere and keep α positive (Nesterov & Nemirovskii, 1994). The authors solve a sequence of convex approximations instead, with the same solution.
 * A gradient of 0 has the weight 0.
 */
export function nashWeights(gram: Gram): readonly number[] {
  const norms = gram.map((row, index) => Math.sqrt(row[index] ?? 0));
  // The condition for gradients of length 1 is the same, in α_i·‖g_i‖.
  const matrix = gram.map((row, index) =>
    row.map((value, column) =>
      index === column ? 1 + ridge : value === 0 ? 0 : value / ((norms[index] ?? 1) * (norms[column] ?? 1)),
    ),
  );
  let weights: readonly number[] = gram.map(() => 1);
  for (let round = 0; round < 200; round++) {
    const slope = times(matrix, weights).map((value, index) => value - 1 / (weights[index] ?? 1));
    const curvature = matrix.map((row, index) =>
      row.map((value, column) => value + (index === column ? 1 / (weights[index] ?? 1) ** 2 : 0)),
    );
    const direction = solvePositive(curvature, slope);
    const decrement = Math.sqrt(Math.max(0, dot(slope, direction)));
    const step = decrement > 0.25 ? 1 / (1 + decrement) : 1;
    weights = weights.map((weight, index) => weight - step * (direction[index] ?? 0));
    if (decrement < 1e-9) break;
  }
  return weights.map((weight, index) => (norms[index] === 0 ? 0 : weight / (norms[index] ?? 1)));
}
