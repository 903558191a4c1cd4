import { ranking } from "./ranking.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/** The right pair among pairs with values of other rows, as the only relevant one of a ranking. A prediction is of one pair. */
export const matching: RuntimeTarget<"matching"> = {
  reading: "scores",
  observe: ranking.observe,
  predictsNaN: ranking.predictsNaN,
  loss: ranking.loss,
  readable: ranking.readable,
  baseline: ranking.baseline,
  predict: (outputs) => ({ kind: "matching", score: outputs.get("scores")?.[0] ?? Number.NaN }),
  pairScore: ({ score }) => score,
  cells: ({ score }) => ({ score }),
};
