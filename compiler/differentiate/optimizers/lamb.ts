import type { GraphBuilder } from "../../graph/builder.ts";
import { expressions } from "../../graph/expressions.ts";
import type { Value } from "../../graph/graph.ts";
import { sumOfSquares } from "../sum-of-squares.ts";
import { type Moment, type MomentScalar, momentFormulas, momentScalars, momentSlots, momentStep } from "./adam.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/**
 * Algorithm 2 of You et al. (2020) with φ(z) = z: the direction r + λ·w, where r is Adam's m̂ ∕ (√v̂ + ε), is scaled to
 * the norm of the weight before the rate multiplies it. Weights that are not decayed keep the ratio 1, and so take
 * Adam's step, as in the authors' code.
 */
export const lamb: OptimizerDefinition<"lamb", Moment, MomentScalar | "rate"> = {
  slots: momentSlots,
  scalars: (options, { rate, count }) => ({ ...momentScalars(options, { rate: 1, count }), rate }),
  formulas: (options) => ({ ...momentFormulas(options, "1"), rate: "rate" }),
  update(builder, { weight, decayed, ...update }) {
    const e = expressions(builder);
    const { options, scalars } = update;
    const { step: direction, slots } = momentStep(builder, update);
    if (!decayed) return { weight: e.subtract(weight, e.multiply(direction, scalars.rate)), slots };
    const decaying = options.weight_decay > 0 ? e.add(direction, e.multiply(weight, options.weight_decay)) : direction;
    return {
      weight: e.subtract(weight, e.multiply(decaying, e.multiply(trustRatio(builder, weight, decaying), scalars.rate))),
      slots,
    };
  },
};

/** ‖w‖ ∕ ‖direction‖, or 1 if one of them is 0, because a weight that begins at zero must be able to leave it. */
function trustRatio(builder: GraphBuilder, weight: Value, direction: Value): Value {
  const e = expressions(builder);
  const [length, step] = [e.sqrt(sumOfSquares(builder, weight)), e.sqrt(sumOfSquares(builder, direction))];
  return e.select(e.greater(e.minimum(length, step), 0), e.divide(length, step), 1);
}
