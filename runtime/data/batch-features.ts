import type { Feature } from "../../compiler/features.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { TensorData } from "../engines/engine.ts";
import { featureArray, type FeatureStore, featureStore } from "./feature-store.ts";
import { candidatesReader } from "./features/candidates.ts";
import { featureReader } from "./features/index.ts";
import type { FeatureReader } from "./features/feature-reader.ts";

/** The features of one modality in a batch, before they are filled. */
export interface ModalityBatch {
  readonly modality: string;
  readonly store: FeatureStore;
  /** `[size]`, 1 where a row has the modality; only where the task has it as optional. */
  readonly present: TensorData | undefined;
}

/** A reader for each modality of a specification. */
export function featureReaders({ modalities }: ResolvedSpecification): ReadonlyMap<string, FeatureReader> {
  return new Map(Object.entries(modalities).map(([name, modality]) => [name, featureReader(name, modality)]));
}

export function readerOf(readers: ReadonlyMap<string, FeatureReader>, modality: string): FeatureReader {
  const reader = readers.get(modality);
  if (reader === undefined) throw new Error(`no modality "${modality}" in the resolved specification`);
  return reader;
}

/** The reader of a modality as a task has it: once for each of its candidates where they differ in it. */
export function readerFor(readers: ReadonlyMap<string, FeatureReader>, { candidates }: Pick<ResolvedTask, "candidates">, modality: string): FeatureReader {
  const parts = candidates?.parts[modality];
  const reader = readerOf(readers, modality);
  return candidates && parts ? candidatesReader(reader, { most: candidates.most, parts }) : reader;
}

/** Zeros for every input of a task. */
export function emptyBatch(task: ResolvedTask, readers: ReadonlyMap<string, FeatureReader>, size: number): readonly ModalityBatch[] {
  return task.inputs.map(({ modality, optional }) => ({
    modality,
    store: featureStore(readerFor(readers, task, modality).features, size),
    present: optional ? featureArray(presentFeature(modality), size) : undefined,
  }));
}

export function featuresOfBatch(batches: readonly ModalityBatch[]): Map<string, TensorData> {
  const features = new Map<string, TensorData>();
  for (const { modality, store, present } of batches) {
    for (const [index, { name }] of store.features.entries()) features.set(name, store.columns[index] ?? new Uint8Array(0));
    if (present !== undefined) features.set(presentFeature(modality).name, present);
  }
  return features;
}

function presentFeature(modality: string): Feature {
  return { name: `${modality}.present`, dtype: "uint8", shape: [] };
}
