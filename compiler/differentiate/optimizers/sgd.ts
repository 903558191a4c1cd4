import { expressions } from "../../graph/expressions.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/** w ← w − rate·g. */
export const sgd: OptimizerDefinition<"sgd", never, "rate"> = {
  slots: () => ({}),
  scalars: (_, { rate }) => ({ rate }),
  formulas: () => ({ rate: "rate" }),
  update(builder, { weight, gradient, scalars }) {
    const e = expressions(builder);
    return { weight: e.subtract(weight, e.multiply(gradient, scalars.rate)), slots: {} };
  },
};
