import { type BalancerSettings, type GramBalancer, stateless } from "./balancer.ts";
import { type Gram, scaleOf, sumOf, times } from "./gram.ts";
import { normOf, shiftedLeastNormWeights } from "./solvers/simplex.ts";

/** A radius of this size, relative to the longest gradient, does not change the update: gradients that cancel out have hardly a mean. */
const negligible = 1e-7;

/** Conflict-averse gradient descent (Liu et al., 2021, algorithm 1), times the number of tasks. */
export function cagrad({ options }: BalancerSettings<"cagrad">): GramBalancer {
  return {
    needs: "gradients",
    weighs: "shared",
    weigh: (_, gram) => cagradWeights(gram(), options.c),
    ...stateless,
  };
}

/**
 * With the mean gradient g₀ and g_w = Σ w_i·g_i, the update is g₀ + c·‖g₀‖·g_w ∕ ‖g_w‖ for the w on the simplex that minimises g_w·g₀ + c·‖g₀‖·‖g_w‖.
 *
 * Since ‖g_w‖ = min over t of (‖g_w‖² ∕ t + t) ∕ 2, that w has for some t the smallest ‖g_w + t ∕ (c·‖g₀‖)·g₀‖: it is a shortest convex combination of
 * shifted gradients. The right t is the one that equals ‖g_w‖, and ‖g_w‖ − t changes its sign there once, because the problem is convex in w and t.
 */
export function cagradWeights(gram: Gram, c: number): readonly number[] {
  const count = gram.length;
  const mean = gram.map(() => 1 / count);
  const ofMean = normOf(gram, mean);
  const radius = c * ofMean;
  const longest = Math.sqrt(scaleOf(gram));
  if (radius <= negligible * longest) return gram.map(() => 1);
  const products = times(gram, mean);
  const at = (t: number) => {
    const shift = t / radius;
    return shiftedLeastNormWeights(
      gram,
      products.map((product) => shift * product),
      (shift * ofMean) ** 2,
    );
  };
  let [low, high] = [0, longest];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (normOf(gram, at(middle)) > middle) low = middle;
    else high = middle;
  }
  const weights = at(high);
  const norm = normOf(gram, weights);
  if (norm === 0) return gram.map(() => 1);
  return weights.map((weight) => 1 + (count * radius * weight) / norm / sumOf(weights));
}
