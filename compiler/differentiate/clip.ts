import type { GraphBuilder } from "../graph/builder.ts";
import { expressions } from "../graph/expressions.ts";
import type { Value } from "../graph/graph.ts";
import { sumOfSquares } from "./sum-of-squares.ts";

export interface ClippedGradients {
  readonly gradients: readonly Value[];
  /** √(Σ g²) over all gradients, before clipping. */
  readonly norm: Value;
}

/**
 * Scales gradients down together if their global norm is above `largest` (Pascanu et al., 2013, algorithm 1). The
 * factor is min(1, largest ∕ (norm + 10⁻⁶)), as in PyTorch's `clip_grad_norm_`.
 */
export function clipByGlobalNorm(
  builder: GraphBuilder,
  gradients: readonly Value[],
  largest: number,
): ClippedGradients {
  const e = expressions(builder);
  const norm = globalNorm(builder, gradients);
  const factor = e.minimum(e.divide(largest, e.add(norm, 1e-6)), 1);
  return { gradients: gradients.map((gradient) => e.multiply(gradient, factor)), norm };
}

/** √(Σ g²) over all gradients. */
export function globalNorm(builder: GraphBuilder, gradients: readonly Value[]): Value {
  const e = expressions(builder);
  const squares = gradients.map((gradient) => sumOfSquares(builder, gradient));
  return e.sqrt(squares.length > 0 ? squares.reduce(e.add) : e.scalar(0));
}
