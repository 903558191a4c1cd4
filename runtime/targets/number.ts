import { cellNumber } from "../data/cells/cell-number.ts";
import { numbersRow, targetRow } from "../metrics/measured-batch.ts";
import { meansOfTargets, repeated } from "./class-scores.ts";
import { inUnit } from "./number-scale.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/**
 * A real number: `float64 []` in the unit of the data, in which metrics are measured, and from which it is standardised
 * for the graph.
 */
export const number: RuntimeTarget<"number"> = {
  column: {
    namesIn: () => [],
    encode: (value, [slot]) => {
      if (slot) slot[0] = cellNumber(value);
    },
    synthesize: (_, { latent }) => Number(latent.toFixed(4)),
  },
  reading: "number",
  observe: (batch, row) => ({
    prediction: numbersRow(batch, "value", row)[0] ?? Number.NaN,
    target: targetRow(batch, row)[0] ?? Number.NaN,
  }),
  predictsNaN: ({ prediction }) => Number.isNaN(prediction),
  loss: ({ prediction, target }) => (prediction - target) ** 2,
  learntLoss: (loss, { deviations: [deviation = 1] }) => loss / deviation ** 2,
  readable: ({ prediction, target }) => ({ target, prediction: Number.isFinite(prediction) ? prediction : null }),
  baseline: () => {
    const { add, means } = meansOfTargets(1);
    return { add, predictions: (size) => new Map([["value", repeated(means(), size)]]) };
  },
  predict: (outputs, { scale }) => ({
    kind: "number",
    value: inUnit(outputs.get("value") ?? new Float32Array(0), scale)[0] ?? Number.NaN,
  }),
  cells: ({ value }) => ({ value }),
};
