import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { meansOfTargets, repeated } from "./class-scores.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/** Values of an input: `float32 [positions, width]`. The maker `drawPositions` makes them. */
export const reconstruct: RuntimeTarget<"reconstruct"> = {
  reading: "numbers",
  observe: (batch, row) => ({ prediction: predictionRow(batch, "values", row), target: targetRow(batch, row) }),
  predictsNaN: ({ prediction }) => prediction.some(Number.isNaN),
  loss: ({ prediction, target }) =>
    prediction.reduce((sum, value, index) => sum + (value - (target[index] ?? Number.NaN)) ** 2, 0) / target.length,
  readable: ({ prediction, target }) => ({
    target: [...target],
    prediction: prediction.every(Number.isFinite) ? [...prediction] : null,
  }),
  baseline: ({ outputs: [values] }) => {
    const { add, means } = meansOfTargets(values?.shape.reduce((product, size) => product * size, 1) ?? 0);
    return { add, predictions: (size) => new Map([["values", repeated(Float32Array.from(means()), size)]]) };
  },
  predict: (outputs) => ({ kind: "reconstruct", values: [...(outputs.get("values") ?? [])] }),
  cells: ({ values }) => ({ values: JSON.stringify(values) }),
};
