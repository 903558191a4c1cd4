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

/** A batch of `size` rows of batches that have one row each. The first row fills up what is left. */
export function joinedRows([first, ...others]: readonly [Batch, ...Batch[]], size: number): Batch {
  const padding = Array.from({ length: size - 1 - others.length }, () => first);
  const rows = [first, ...others, ...padding];
  return {
    ...first,
    features: new Map(
      [...first.features].map(([name, values]) => [
        name,
        joined(rows.map(({ features }) => features.get(name) ?? values)),
      ]),
    ),
    rowWeight: joined(rows.map(({ rowWeight }) => rowWeight)),
    keys: [first, ...others].flatMap(({ keys }) => keys),
  };
}

function joined<Values extends TensorData>(parts: readonly Values[]): Values {
  const width = parts[0]?.length ?? 0;
  const Kind = parts[0]?.constructor as new (length: number) => Values;
  const all = new Kind(width * parts.length);
  for (const [row, part] of parts.entries()) all.set(part, row * width);
  return all;
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
