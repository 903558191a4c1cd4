import type { GraphBuilder } from "../graph/builder.ts";
import { expressions } from "../graph/expressions.ts";
import type { Value } from "../graph/graph.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { correction, correctionFormula } from "./optimizers/adam.ts";

/** Name of the slot with the average of a weight, in its shape. */
export const AVERAGE = "average";
/** Name of the update scalar with the fraction of the distance to the new weight. */
export const AVERAGE_SHARE = "average_share";

/**
 * a ← a + share·(w − a). With share = (1 − d) ∕ (1 − dᵗ) at update t, a is the mean of the t weights so far, each
 * weighted by dᵗ⁻ⁱ: Adam's bias correction as a fraction (Kingma & Ba, 2015, §7.2). It is 1 at the first update, so the
 * initial zero of the slot does not matter.
 */
export function nextAverage(
  builder: GraphBuilder,
  { average, weight, share }: { readonly average: Value; readonly weight: Value; readonly share: Value },
): Value {
  const e = expressions(builder);
  return e.add(average, e.multiply(e.subtract(weight, average), share));
}

type Average = NonNullable<ResolvedStage["average"]>;

export function averageShare(
  { decay, count: counted = "updates" }: Average,
  { count, step }: { readonly count: number; readonly step: number },
): number {
  return correction(decay, counted === "steps" ? step : count);
}

export function averageShareFormula({ decay, count: counted = "updates" }: Average): string {
  return correctionFormula(decay, counted === "steps" ? "step" : "count");
}
