import type { Batch } from "../data/data.ts";
import type { TensorData } from "../engines/engine.ts";

/** A batch in which each row is there several times, one after another. */
export function batchWithRepeatedRows(batch: Batch, rows: number, times: number): Batch {
  if (times === 1) return batch;
  const features = new Map(
    [...batch.features].map(([name, values]) => [name, repeatedRows(values, rows, times)] as const),
  );
  return { ...batch, features, rowWeight: repeatedRows(batch.rowWeight, rows, times) };
}

export function repeatedRows<Values extends TensorData>(values: Values, rows: number, times: number): Values {
  const parents = Array.from({ length: rows * times }, (_, row) => Math.floor(row / times));
  return selectedRows(values, rows, parents);
}

/** An array of rows, each of which is one of the `rows` of another array. */
export function selectedRows<Values extends TensorData>(
  values: Values,
  rows: number,
  parents: readonly number[],
): Values {
  const width = values.length / rows;
  const Kind = values.constructor as new (length: number) => Values;
  const all = new Kind(width * parents.length);
  for (const [row, parent] of parents.entries())
    all.set(values.subarray(parent * width, (parent + 1) * width), row * width);
  return all;
}
