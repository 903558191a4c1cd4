import type { Feature } from "../../../compiler/features/features.ts";
import type { TensorData } from "../../engines/engine.ts";

/** Values as they are kept until a batch is made of them. */
export type StoredData = TensorData | Float64Array;

/** A feature as it is kept. One that is standardised later may be kept in float64 until then. */
export interface StoredFeature extends Omit<Feature, "dtype"> {
  readonly dtype: Feature["dtype"] | "float64";
  /** The initial value of the elements, if it is not 0. */
  readonly empty?: number;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** An array of zeros for `rows` rows of a feature, in the feature's dtype. */
export function featureArray(feature: Feature, rows: number): TensorData {
  return new arrays[feature.dtype](rows * featureSize(feature));
}

/** The number of elements per row. */
function featureSize({ shape }: Pick<Feature, "shape">): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function featureBytes(feature: StoredFeature): number {
  return featureSize(feature) * arrays[feature.dtype].BYTES_PER_ELEMENT;
}

/** The part of a feature's array that belongs to one row. */
export function rowOf<Values extends StoredData>(array: Values, feature: Pick<Feature, "shape">, row: number): Values {
  const size = featureSize(feature);
  return array.subarray(row * size, (row + 1) * size) as Values;
}

/** The encoded rows of several features, one array for each feature. */
export interface FeatureStore {
  readonly features: readonly StoredFeature[];
  readonly columns: readonly StoredData[];
  readonly rows: number;
}

export function featureStore(features: readonly StoredFeature[], rows: number): FeatureStore {
  const columns = features.map((feature) => {
    const column = new arrays[feature.dtype](rows * featureSize(feature));
    return feature.empty === undefined ? column : column.fill(feature.empty);
  });
  return { features, columns, rows };
}

/** One row of every feature in a store, as views of its arrays. */
export function slotsOf({ features, columns }: FeatureStore, row: number): readonly StoredData[] {
  return features.map((feature, index) => rowOf(columns[index] ?? new Uint8Array(0), feature, row));
}

/** Copies the features of a row into row `at` of a store that has the same features. */
export function copySlots(slots: readonly StoredData[], to: FeatureStore, at: number): void {
  for (const [index, slot] of slots.entries()) to.columns[index]?.set(slot, at * slot.length);
}

/** The stored column as a tensor of a graph. */
export function asTensor(column: StoredData): TensorData {
  return column instanceof Float64Array ? Float32Array.from(column) : column;
}
