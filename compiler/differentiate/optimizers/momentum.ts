import { expressions } from "../../graph/expressions.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/**
 * v ← μ·v + g; w ← w − rate·v, or − rate·(g + μ·v) with Nesterov's look-ahead: PyTorch's form of Sutskever et al.
 * (2013), in which the rate is not part of the velocity.
 */
export const momentum: OptimizerDefinition<"momentum", "velocity", "rate"> = {
  slots: (_, shape) => ({ velocity: shape }),
  scalars: (_, { rate }) => ({ rate }),
  formulas: () => ({ rate: "rate" }),
  update(builder, { options, weight, gradient, slots, scalars }) {
    const e = expressions(builder);
    const velocity = e.add(e.multiply(slots.velocity, options.momentum), gradient);
    const direction = options.nesterov ? e.add(gradient, e.multiply(velocity, options.momentum)) : velocity;
    return { weight: e.subtract(weight, e.multiply(direction, scalars.rate)), slots: { velocity } };
  },
};
