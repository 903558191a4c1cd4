import { type Gram, dot, scaleOf, sumOf, times } from "../gram.ts";
import { minimiseNonNegative } from "./non-negative.ts";

/** Relative size of what is added to the diagonal of a Gram matrix, so that gradients which depend on each other linearly have one solution. */
export const ridge = 1e-10;

/** The w on the simplex (w ≥ 0, Σ w = 1) for which the norm of Σ w_i·g_i is smallest. */
export function leastNormWeights(gram: Gram): readonly number[] {
  return shiftedLeastNormWeights(
    gram,
    gram.map(() => 0),
    0,
  );
}

/**
 * The w on the simplex for which the norm of Σ w_i·(g_i + s) is smallest, where `products` has the dot products g_i·s of a shift s, and `squares` is s·s.
 *
 * On the simplex ½·wᵀHw with H = G + p·1ᵀ + 1·pᵀ + σ·1·1ᵀ is that norm but for a constant. Its minimum has H·w = μ·1 where w > 0, and so is the direction of
 * the x ≥ 0 that minimises ½·xᵀHx − Σ x_i, for every σ that makes H positive definite.
 */
export function shiftedLeastNormWeights(gram: Gram, products: readonly number[], squares: number): readonly number[] {
  const scale = scaleOf(gram);
  if (scale === 0) return gram.map(() => 1 / gram.length);
  const matrix = gram.map((row, index) =>
    row.map(
      (value, column) =>
        (value + (products[index] ?? 0) + (products[column] ?? 0) + squares) / scale +
        1 +
        (index === column ? ridge : 0),
    ),
  );
  const found = minimiseNonNegative(
    matrix,
    gram.map(() => -1),
  );
  const total = sumOf(found);
  return found.map((value) => value / total);
}

/** ‖Σ w_i·g_i‖. */
export function normOf(gram: Gram, weights: readonly number[]): number {
  return Math.sqrt(Math.max(0, dot(weights, times(gram, weights))));
}
