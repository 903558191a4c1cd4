import { targetName } from "../../compiler/features/features.ts";
import type { ColumnStatistics, Preprocessing } from "../data/data.ts";

/** The scale on which a model learns numbers: number = mean + deviation · learnt, for each element of a row. */
export type Scale = ColumnStatistics;

/** The scale of targets that are learnt as they are. */
export const unscaled: Scale = { means: [0], deviations: [1] };

/** The scale of a task's target: that of the training split, if the target is standardised. */
export function scaleOf(task: string, { statistics }: Pick<Preprocessing, "statistics">): Scale {
  return statistics?.[targetName(task)] ?? unscaled;
}

/** Numbers of rows as the model learns them. */
export function toLearn(numbers: Float64Array, { means, deviations }: Scale): Float32Array {
  const width = means.length;
  return Float32Array.from(
    numbers,
    (number, index) => (number - (means[index % width] ?? 0)) / (deviations[index % width] ?? 1),
  );
}

/** Predicted numbers of rows in the unit of the data. */
export function inUnit(learnt: Float32Array, { means, deviations }: Scale): Float64Array {
  const width = means.length;
  return Float64Array.from(
    learnt,
    (value, index) => (means[index % width] ?? 0) + (deviations[index % width] ?? 1) * value,
  );
}

/** The scale of one number, as files have it. */
export interface NumberScale {
  readonly mean: number;
  readonly deviation: number;
}

/** The scale of each number of a row. */
export function scalesOfNumbers({ means, deviations }: Scale): readonly NumberScale[] {
  return means.map((mean, index) => ({ mean, deviation: deviations[index] ?? 1 }));
}
