import { counted } from "../../compiler/counted.ts";
import { cellNumber } from "../data/cells/cell-number.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { jsonCell } from "../data/features/json-cell.ts";
import { numbersRow, targetRow } from "../metrics/measured-batch.ts";
import { meansOfTargets, repeated } from "./class-scores.ts";
import { inUnit } from "./number-scale.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/** Several real numbers: `float64 [size]` in the unit of the data, a list of numbers, in text files as JSON. */
export const vector: RuntimeTarget<"vector"> = {
  column: {
    namesIn: () => [],
    encode: (value, [slot]) => {
      const numbers = numbersIn(value);
      if (!slot || numbers.length !== slot.length)
        throw new UnreadableValue(
          `it has ${counted(numbers.length, "number")} where the target has ${counted(slot?.length ?? 0, "number")}`,
        );
      slot.set(numbers);
    },
    // Each number depends on the row's latent number in another way, so that none is a copy of another.
    synthesize: ({ size }, { latent }) =>
      Array.from({ length: size }, (_, index) => Number(Math.sin((index + 1) * latent).toFixed(4))),
  },
  reading: "numbers",
  observe: (batch, row) => ({ prediction: numbersRow(batch, "values", row), target: targetRow(batch, row) }),
  predictsNaN: ({ prediction }) => prediction.some(Number.isNaN),
  // On the scale that the model learns, since the numbers may have different units.
  loss: ({ prediction, target }, { deviations }) => {
    const width = deviations.length;
    const squares = Array.from(
      target,
      (number, index) => (((prediction[index] ?? Number.NaN) - number) / (deviations[index % width] ?? 1)) ** 2,
    );
    return squares.reduce((sum, square) => sum + square, 0) / squares.length;
  },
  readable: ({ prediction, target }) => ({
    target: [...target],
    prediction: prediction.every(Number.isFinite) ? [...prediction] : null,
  }),
  baseline: ({ outputs: [values] }) => {
    const { add, means } = meansOfTargets(values?.shape[0] ?? 0);
    return { add, predictions: (size) => new Map([["values", repeated(means(), size)]]) };
  },
  predict: (outputs, { scale }) => ({
    kind: "vector",
    values: [...inUnit(outputs.get("values") ?? new Float32Array(0), scale)],
  }),
  cells: ({ values }) => Object.fromEntries(values.map((value, index) => [`values.${index}`, value])),
};

function numbersIn(value: unknown): readonly number[] {
  const given = jsonCell(value, "a list of numbers");
  if (!Array.isArray(given) && !(given instanceof Float32Array) && !(given instanceof Float64Array))
    throw new UnreadableValue("it is not a list of numbers");
  return Array.from(given as ArrayLike<unknown>, (number) => cellNumber(number));
}
