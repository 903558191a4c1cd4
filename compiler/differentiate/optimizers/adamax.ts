import { expressions } from "../../graph/expressions.ts";
import { correction, correctionFormula } from "./adam.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/**
 * Algorithm 2 of Kingma & Ba (2015), with ε inside the maximum as in PyTorch, so that a weight without gradient does
 * not move, and with decoupled decay as in MT-DNN's code. As in Adam the slot holds M = Σ β₁ᵗ⁻ⁱ·gᵢ, and the step is
 * rate·c₁·M ∕ u. The infinity norm u needs no correction.
 */
export const adamax: OptimizerDefinition<"adamax", "first_moment" | "infinity_norm", "step_size" | "kept"> = {
  slots: (_, shape) => ({ first_moment: shape, infinity_norm: shape }),
  scalars: ({ beta1, weight_decay }, { rate, count }) => ({
    step_size: rate * correction(beta1, count),
    kept: 1 - rate * weight_decay,
  }),
  formulas: ({ beta1, weight_decay }) => ({
    step_size: `rate * (${correctionFormula(beta1)})`,
    kept: `1 - rate * ${weight_decay}`,
  }),
  update(builder, { options, weight, gradient, slots, scalars, decayed }) {
    const e = expressions(builder);
    const first = e.add(e.multiply(slots.first_moment, options.beta1), gradient);
    const norm = e.maximum(e.multiply(slots.infinity_norm, options.beta2), e.add(e.abs(gradient), options.epsilon));
    const kept = decayed && options.weight_decay > 0 ? e.multiply(weight, scalars.kept) : weight;
    return {
      weight: e.subtract(kept, e.divide(e.multiply(first, scalars.step_size), norm)),
      slots: { first_moment: first, infinity_norm: norm },
    };
  },
};
