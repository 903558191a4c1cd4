import type { ColumnStatistics, Preprocessing } from "./data.ts";
import { type FeatureStore, slotsOf } from "./feature-store.ts";
import type { FeatureReader } from "./features/feature-reader.ts";

/** Subtracts each column's mean and divides by its deviation, in place; what is not there, NaN, becomes 0. */
export function standardise(values: Float32Array, { means, deviations }: ColumnStatistics): void {
  // Plain loops: a batch of sounds has millions of values.
  for (let row = 0; row < values.length; row += means.length) {
    for (let column = 0; column < means.length; column++) {
      const value = values[row + column] ?? Number.NaN;
      values[row + column] = Number.isNaN(value) ? 0 : (value - (means[column] ?? 0)) / (deviations[column] ?? 1);
    }
  }
}

/** Standardises what a reader says of one row of a batch. */
export function standardiseRow({ standardised = [] }: FeatureReader, store: FeatureStore, at: number, { statistics = {} }: Preprocessing): void {
  if (standardised.length === 0) return;
  for (const [index, slot] of slotsOf(store, at).entries()) {
    const name = store.features[index]?.name ?? "";
    if (!standardised.includes(name)) continue;
    const known = statistics[name];
    if (known === undefined || !(slot instanceof Float32Array)) throw new Error(`no statistics for "${name}"`);
    standardise(slot, known);
  }
}

/** Mean and standard deviation of each column of what it is shown, in one pass (Welford, 1962). */
export class ColumnMoments {
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(columns: number) {
    this.#counts = new Float64Array(columns);
    this.#means = new Float64Array(columns);
    this.#squares = new Float64Array(columns);
  }

  /** NaN is passed over. */
  add(values: ArrayLike<number>): void {
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const column = index % this.#means.length;
      const count = (this.#counts[column] ?? 0) + 1;
      const mean = this.#means[column] ?? 0;
      const next = mean + (value - mean) / count;
      this.#counts[column] = count;
      this.#means[column] = next;
      this.#squares[column] = (this.#squares[column] ?? 0) + (value - mean) * (value - next);
    }
  }

  /** Of the whole population, as scikit-learn's StandardScaler: a column that never changes, or has no value, is only shifted. */
  statistics(): ColumnStatistics {
    const deviations = [...this.#squares].map((square, column) => {
      const deviation = Math.sqrt(square / Math.max(this.#counts[column] ?? 0, 1));
      return deviation > 1e-12 * Math.abs(this.#means[column] ?? 0) ? deviation : 1;
    });
    return { means: [...this.#means], deviations };
  }
}
