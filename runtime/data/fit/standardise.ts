import type { TensorData } from "../../engines/engine.ts";
import type { ColumnStatistics } from "../data.ts";
import type { StoredData } from "../columns/feature-store.ts";

/**
 * Subtracts each column's mean and divides by its deviation; NaN, which marks a missing value, becomes 0. Works in
 * place if the values are float32.
 */
export function standardise(values: StoredData, { means, deviations }: ColumnStatistics): TensorData {
  if (values instanceof Float64Array)
    return standardiseInto(new Float32Array(values.length), values, means, deviations);
  if (values instanceof Float32Array) return standardiseInto(values, values, means, deviations);
  throw new Error("only numbers are standardised");
}

/** Uses plain loops, since a batch of sounds has millions of values. */
function standardiseInto(
  result: Float32Array,
  values: Float32Array | Float64Array,
  means: readonly number[],
  deviations: readonly number[],
): Float32Array {
  for (let row = 0; row < values.length; row += means.length) {
    for (let column = 0; column < means.length; column++) {
      const value = values[row + column] ?? Number.NaN;
      result[row + column] = Number.isNaN(value) ? 0 : (value - (means[column] ?? 0)) / (deviations[column] ?? 1);
    }
  }
  return result;
}

/**
 * Computes the mean and standard deviation of each column in one pass (Welford, 1962), over differences from the
 * column's first value, so that large values that are close together keep their precision.
 */
export class ColumnMoments {
  readonly #counts: Float64Array;
  readonly #firsts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(columns: number) {
    this.#counts = new Float64Array(columns);
    this.#firsts = new Float64Array(columns);
    this.#means = new Float64Array(columns);
    this.#squares = new Float64Array(columns);
  }

  /** Adds values, row-major; NaN is left out. */
  add(values: ArrayLike<number>): void {
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const column = index % this.#means.length;
      const count = (this.#counts[column] ?? 0) + 1;
      if (count === 1) this.#firsts[column] = value;
      const distance = value - (this.#firsts[column] ?? 0);
      const mean = this.#means[column] ?? 0;
      const next = mean + (distance - mean) / count;
      this.#counts[column] = count;
      this.#means[column] = next;
      this.#squares[column] = (this.#squares[column] ?? 0) + (distance - mean) * (distance - next);
    }
  }

  /**
   * Statistics of the whole population, as in scikit-learn's StandardScaler. A column that is constant or has no value
   * gets deviation 1, so that it is only shifted.
   */
  statistics(): ColumnStatistics {
    const deviations = [...this.#squares].map(
      (square, column) => Math.sqrt(square / Math.max(this.#counts[column] ?? 0, 1)) || 1,
    );
    return { means: [...this.#means].map((mean, column) => (this.#firsts[column] ?? 0) + mean), deviations };
  }
}
