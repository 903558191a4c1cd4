import type { Feature } from "../../compiler/features.ts";
import type { TensorData } from "../engines/engine.ts";

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array } as const;

/** An array of zeros for `rows` of a feature. */
export function featureArray(feature: Feature, rows: number): TensorData {
  return new arrays[feature.dtype](rows * featureSize(feature));
}

/** Elements a row. */
function featureSize({ shape }: Feature): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function featureBytes(feature: Feature): number {
  return featureSize(feature) * arrays[feature.dtype].BYTES_PER_ELEMENT;
}

/** The part of a feature's array that is one row's. */
export function rowOf(array: TensorData, feature: Feature, row: number): TensorData {
  const size = featureSize(feature);
  return array.subarray(row * size, (row + 1) * size);
}

/** The rows of some features, encoded, in one array each. */
export interface FeatureStore {
  readonly features: readonly Feature[];
  readonly columns: readonly TensorData[];
  readonly rows: number;
}

export function featureStore(features: readonly Feature[], rows: number): FeatureStore {
  return { features, columns: features.map((feature) => featureArray(feature, rows)), rows };
}

/** Where one row's features are in a store. */
export function slotsOf({ features, columns }: FeatureStore, row: number): readonly TensorData[] {
  return features.map((feature, index) => rowOf(columns[index] ?? new Uint8Array(0), feature, row));
}

/** Copies a row of one store to a row of another with the same features. */
export function copyRow(from: FeatureStore, row: number, to: FeatureStore, at: number): void {
  for (const [index, slot] of slotsOf(from, row).entries()) {
    to.columns[index]?.set(slot, at * slot.length);
  }
}
