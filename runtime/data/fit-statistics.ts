import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { ColumnStatistics, Preprocessing } from "./data.ts";
import { featureStore } from "./feature-store.ts";
import { type FeatureReader, storedFeatures } from "./features/feature-reader.ts";
import type { LoadedDataset } from "./loaded-dataset.ts";
import { ColumnMoments } from "./standardise.ts";
import { trainingRows } from "./training-rows.ts";

/** Statistics of what readers want standardised, over the training split. Everything must be encoded. */
export async function fitStatistics(specification: ResolvedSpecification, datasets: readonly LoadedDataset[], readers: ReadonlyMap<string, FeatureReader>): Promise<Pick<Preprocessing, "statistics">> {
  const statistics: Record<string, ColumnStatistics> = {};
  for (const [modality, reader] of readers) {
    const { standardised } = reader;
    if (standardised === undefined) continue;
    const features = storedFeatures(reader);
    const moments = new Map(features.filter(({ name }) => standardised.features.includes(name)).map(({ name, shape }) => [name, new ColumnMoments(shape.at(-1) ?? 1)]));
    for (const { column, row } of trainingRows(specification, datasets, modality)) {
      const store = featureStore(features, 1);
      await column.copy(row, store, 0);
      for (const [index, { name }] of features.entries()) moments.get(name)?.add(store.columns[index] ?? []);
    }
    for (const [name, known] of moments) statistics[name] = known.statistics();
  }
  return Object.keys(statistics).length > 0 ? { statistics } : {};
}
