import { targetName } from "../../../compiler/features/features.ts";
import type { Preprocessing } from "../data.ts";

/** The scale on which a model learns a `number` target: number = mean + deviation · learnt. */
export interface NumberScale {
  readonly mean: number;
  readonly deviation: number;
}

/** Of a target that is learnt as it is. */
export const unscaled: NumberScale = { mean: 0, deviation: 1 };

/** That of the training split, where the target is standardised. */
export function numberScale(task: string, { statistics }: Pick<Preprocessing, "statistics">): NumberScale {
  const known = statistics?.[targetName(task)];
  return known ? { mean: known.means[0] ?? 0, deviation: known.deviations[0] ?? 1 } : unscaled;
}

/** Numbers as the model learns them. */
export function toLearn(numbers: Float64Array, { mean, deviation }: NumberScale): Float32Array {
  return Float32Array.from(numbers, (number) => (number - mean) / deviation);
}

/** What the model predicts, in the unit of the data. */
export function inUnit(learnt: Float32Array, { mean, deviation }: NumberScale): Float64Array {
  return Float64Array.from(learnt, (value) => mean + deviation * value);
}
