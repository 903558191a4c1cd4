import { expressions } from "../../graph/expressions.ts";
import { type Moment, type MomentScalar, momentFormulas, momentScalars, momentSlots, momentUpdate } from "./adam.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/**
 * Adam with decoupled decay (Loshchilov & Hutter, 2019, algorithm 2): first w ← (1 − rate·decay)·w, which is one more
 * pass, then Adam's step.
 */
export const adamw: OptimizerDefinition<"adamw", Moment, MomentScalar | "kept"> = {
  slots: momentSlots,
  scalars: (options, time) => ({ ...momentScalars(options, time), kept: 1 - time.rate * options.weight_decay }),
  formulas: (options) => ({ ...momentFormulas(options), kept: `1 - rate * ${options.weight_decay}` }),
  update(builder, { weight, decayed, ...update }) {
    const { multiply } = expressions(builder);
    return momentUpdate(builder, { ...update, weight: decayed ? multiply(weight, update.scalars.kept) : weight });
  },
};
