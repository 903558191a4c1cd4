import { type GramBalancer, stateless } from "./balancer.ts";
import { type Gram, scaleOf, sumOf } from "./gram.ts";
import { minimiseNonNegative } from "./solvers/non-negative.ts";
import { ridge } from "./solvers/simplex.ts";

/** UPGrad of Jacobian descent (Quinton & Rey, 2024, equation 5), times the number of tasks. */
export function upgrad(): GramBalancer {
  return {
    needs: "gradients",
    weighs: "shared",
    weigh: (__, gram) => upgradWeights(gram()),
    ...stateless,
  };
}

/**
 * Each task's gradient is projected onto the cone of directions that conflict with no task, and the projections are added. The projection of g_i is
 * Σ v_j·g_j for the v that minimises vᵀGv under v ≥ e_i, where e_i is 1 at i and 0 elsewhere (proposition 1).
 */
export function upgradWeights(gram: Gram): readonly number[] {
  const scale = scaleOf(gram);
  if (scale === 0) return gram.map(() => 1);
  const matrix = gram.map((row, index) => row.map((value, column) => value / scale + (index === column ? ridge : 0)));
  const additions = matrix.map((row) => minimiseNonNegative(matrix, row));
  return gram.map((_, task) => 1 + sumOf(additions.map((added) => added[task] ?? 0)));
}
