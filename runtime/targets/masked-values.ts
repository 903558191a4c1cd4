import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { repeated } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { Baseline, BaselineTask, RuntimeTarget } from "./runtime-target.ts";
import { scoresAt } from "./token-scores.ts";

/**
 * Numbers of hidden parts: `float32 [positions, width]`, and `uint8 [positions]`, 1 for each position that a row has.
 * The maker `hideParts` makes them.
 */
export const maskedValues: RuntimeTarget<"masked_values"> = {
  reading: "parts",
  observe: (batch, row) => {
    const [values, target] = [predictionRow(batch, "values", row), targetRow(batch, row) as Float32Array];
    const there = targetRow(batch, row, "there");
    // The positions that a row has come first.
    const width = target.length / there.length;
    const count = width * Array.from(there).filter((isThere) => isThere > 0).length;
    return { prediction: values.subarray(0, count), target: target.subarray(0, count), width };
  },
  predictsNaN: ({ prediction }) => prediction.some(Number.isNaN),
  loss: ({ prediction, target }) =>
    target.reduce((sum, number, at) => sum + ((prediction[at] ?? Number.NaN) - number) ** 2, 0) / target.length,
  // There are too many numbers to be read, so that each part is described by their mean.
  readable: ({ prediction, target, width }) => ({
    target: meansOfParts(target, width),
    prediction: prediction.every(Number.isFinite) ? meansOfParts(prediction, width) : null,
  }),
  baseline: (task) => meanPart(task),
  predict: (outputs, { hidden = [], positions = 1 }) => ({
    kind: "masked_values",
    parts: hidden.map((part, at) => ({
      part,
      values: [...scoresAt(outputs.get("values") ?? new Float32Array(0), positions, at)],
    })),
  }),
  cells: ({ parts }) => ({ parts: JSON.stringify(parts) }),
};

function meansOfParts(values: Float32Array, width: number): readonly number[] {
  const parts = Array.from({ length: values.length / width }, (_, part) =>
    values.subarray(part * width, (part + 1) * width),
  );
  return parts.map((part) => part.reduce((sum, value) => sum + value, 0) / width);
}

/** The mean of each number over the hidden parts of the training rows. */
function meanPart({ outputs: [values] }: BaselineTask): Baseline {
  const [positions = 1, width = 1] = values?.shape ?? [];
  const sums = new Float64Array(width);
  let count = 0;
  return {
    add: (row) => {
      const [numbers, there] = [row.get("target") ?? [], row.get("there") ?? []];
      for (const at of indicesAbove(Float32Array.from(there), 0.5)) {
        for (let of = 0; of < width; of++) sums[of] = (sums[of] ?? 0) + (numbers[at * width + of] ?? 0);
        count += 1;
      }
    },
    predictions: (size) => {
      const part = Float32Array.from(sums, (sum) => sum / Math.max(count, 1));
      return new Map([["values", repeated(part, size * positions)]]);
    },
  };
}
