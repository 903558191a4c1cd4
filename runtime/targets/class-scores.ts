import type { Baseline } from "./runtime-target.ts";

/** Probabilities of classes by their logits. */
export function softmax(logits: Float32Array): readonly number[] {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Values by the names of their classes. */
export function named(values: readonly number[], names: readonly string[]): { readonly [name: string]: number } {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0]));
}

/** Probabilities as columns of a table. */
export function probabilityCells(probabilities: { readonly [name: string]: number }): {
  readonly [column: string]: number;
} {
  return Object.fromEntries(Object.entries(probabilities).map(([name, share]) => [`probabilities.${name}`, share]));
}

/** A probability that is kept away from 0 and 1, so that its logarithm is finite. */
export function keptInside(share: number): number {
  return Math.min(Math.max(share, 1e-6), 1 - 1e-6);
}

/** The entropy −Σ p·ln p = ln Σ e^z − Σ p·z, with z relative to the largest logit, so that nothing overflows. */
export function softmaxEntropy(logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const shifted = values.map((value) => value - largest);
  const exponentials = shifted.map((value) => Math.exp(value));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  // Rounding may leave a certain prediction a little below 0.
  return Math.max(
    0,
    Math.log(total) - exponentials.reduce((sum, each, index) => sum + each * (shifted[index] ?? 0), 0) / total,
  );
}

/** Logits [positions, count] from the frequency of each of `count` ids in the training rows; an id of −1 is ignored. */
export function baselineOfIds(count: number, positions = 1): Baseline {
  const counts = new Float64Array(count);
  let total = 0;
  return {
    add: (row) => {
      for (const id of row.get("target") ?? []) {
        if (id < 0) continue;
        counts[id] = (counts[id] ?? 0) + 1;
        total += 1;
      }
    },
    predictions: (size) => {
      const row = Float32Array.from(counts, (each) => Math.log(keptInside(each / Math.max(total, 1))));
      return new Map([["logits", repeated(row, size * positions)]]);
    },
  };
}

/** The mean of each element of the target over the training rows. */
export function meansOfTargets(width: number): {
  readonly add: NonNullable<Baseline["add"]>;
  readonly means: () => Float64Array;
} {
  const sums = new Float64Array(width);
  let count = 0;
  return {
    add: (row) => {
      for (const [index, value] of (row.get("target") ?? new Float64Array(0)).entries())
        sums[index] = (sums[index] ?? 0) + value;
      count += 1;
    },
    means: () => sums.map((sum) => sum / Math.max(count, 1)),
  };
}

/** A row as often as there are rows. */
export function repeated<Row extends Float32Array | Float64Array | Int32Array>(row: Row, rows: number): Row {
  const Kind = row.constructor as new (length: number) => Row;
  const all = new Kind(rows * row.length);
  for (let index = 0; index < rows; index++) all.set(row, index * row.length);
  return all;
}
