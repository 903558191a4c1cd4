import { type GramBalancer, stateless } from "./balancer.ts";
import { type Gram, sumOf } from "./gram.ts";
import { symmetricEigen } from "./solvers/symmetric-eigen.ts";

/** Rounding of float32, in which gradients are: an eigenvalue below it, relative to the largest, is one of rounding. */
const rounding = 2 ** -23;

/** Aligned-MTL (Senushkin et al., 2023, algorithm 1), with a preference of 1 for each task; its loss has the task's `weight` already. */
export function alignedMtl(): GramBalancer {
  return {
    needs: "gradients",
    weighs: "shared",
    weigh: (__, gram) => alignedWeights(gram()),
    ...stateless,
  };
}

/**
 * With G = V·Λ·Vᵀ of rank R, the weights are B·1 for B = √λ_R·V·Λ^(−½)·Vᵀ: the gradients are replaced by orthogonal ones that are nearest to
 * them but for the common length √λ_R, the smallest singular value.
 */
export function alignedWeights(gram: Gram): readonly number[] {
  const pairs = symmetricEigen(gram);
  const largest = pairs[0]?.value ?? 0;
  const kept = pairs.filter(({ value }) => value > largest * gram.length * rounding);
  const smallest = kept.at(-1)?.value;
  if (smallest === undefined) return gram.map(() => 1);
  return gram.map((_, task) =>
    kept.reduce((sum, { value, vector }) => sum + Math.sqrt(smallest / value) * (vector[task] ?? 0) * sumOf(vector), 0),
  );
}
