import type { Feature } from "../../../compiler/features/features.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import type { Preprocessing } from "../data.ts";
import { asTensor, featureArray, type FeatureStore, featureStore } from "../columns/feature-store.ts";
import { candidatesReader } from "../features/candidates.ts";
import { featureReader } from "../features/index.ts";
import { type FeatureReader, storedFeatures } from "../features/feature-reader.ts";
import { standardise } from "../fit/standardise.ts";

/** The features of one modality in a batch, before they are filled. */
export interface ModalityBatch {
  readonly modality: string;
  readonly reader: FeatureReader;
  /** The values as they are in the data, before standardisation. */
  readonly store: FeatureStore;
  /** `[size]`: 1 where a row has the modality, else 0. `undefined` unless the modality is optional for the task. */
  readonly present: TensorData | undefined;
}

/** Creates a reader for each modality of a specification. */
export function featureReaders(
  specification: Pick<ResolvedSpecification, "modalities" | "semantics">,
): ReadonlyMap<string, FeatureReader> {
  const rules = rulesOf(specification);
  return new Map(
    Object.entries(specification.modalities).map(([name, modality]) => [name, featureReader(name, modality, rules)]),
  );
}

export function readerOf(readers: ReadonlyMap<string, FeatureReader>, modality: string): FeatureReader {
  const reader = readers.get(modality);
  if (reader === undefined) throw new Error(`no modality "${modality}" in the resolved specification`);
  return reader;
}

/**
 * The reader of a modality for a task. It reads one value for each candidate if the task's candidates differ in this
 * modality.
 */
export function readerFor(
  readers: ReadonlyMap<string, FeatureReader>,
  { candidates }: Pick<ResolvedTask, "candidates">,
  modality: string,
): FeatureReader {
  const parts = candidates?.parts[modality];
  const reader = readerOf(readers, modality);
  return candidates && parts ? candidatesReader(reader, { most: candidates.most, parts }) : reader;
}

/** Allocates zeroed features for every input of a task. */
export function emptyBatch(
  task: ResolvedTask,
  readers: ReadonlyMap<string, FeatureReader>,
  size: number,
): readonly ModalityBatch[] {
  return task.inputs.map(({ modality, optional }) => {
    const reader = readerFor(readers, task, modality);
    return {
      modality,
      reader,
      store: featureStore(storedFeatures(reader), size),
      present: optional ? featureArray(presentFeature(modality), size) : undefined,
    };
  });
}

/** The graph's inputs of a filled batch. Numbers are standardised where their modality says so. */
export function featuresOfBatch(
  batches: readonly ModalityBatch[],
  { statistics = {} }: Pick<Preprocessing, "statistics">,
): Map<string, TensorData> {
  const features = new Map<string, TensorData>();
  for (const { modality, reader, store, present } of batches) {
    for (const [index, { name }] of store.features.entries()) {
      const column = store.columns[index] ?? new Uint8Array(0);
      if (!reader.standardised?.features.includes(name)) {
        features.set(name, asTensor(column));
        continue;
      }
      const known = statistics[name];
      if (known === undefined) throw new Error(`no statistics for "${name}"`);
      features.set(name, standardise(column, known));
    }
    if (present !== undefined) features.set(presentFeature(modality).name, present);
  }
  return features;
}

function presentFeature(modality: string): Feature {
  return { name: `${modality}.present`, dtype: "uint8", shape: [] };
}
