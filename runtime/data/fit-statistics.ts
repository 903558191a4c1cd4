import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { ColumnStatistics, Preprocessing } from "./data.ts";
import { featureStore } from "./feature-store.ts";
import type { FeatureReader } from "./features/feature-reader.ts";
import type { LoadedDataset } from "./loaded-dataset.ts";
import { ColumnMoments } from "./standardise.ts";
import { trainingRows } from "./training-rows.ts";

/** Statistics of what readers want standardised, over the training split. Everything must be encoded. */
export async function fitStatistics(specification: ResolvedSpecification, datasets: readonly LoadedDataset[], readers: ReadonlyMap<string, FeatureReader>): Promise<Pick<Preprocessing, "statistics">> {
  const statistics: Record<string, ColumnStatistics> = {};
  for (const [modality, { features, standardised = [] }] of readers) {
    if (standardised.length === 0) continue;
    const moments = features.map(({ shape }) => new ColumnMoments(shape.at(-1) ?? 1));
    for (const { column, row } of trainingRows(specification, datasets, modality)) {
      const store = featureStore(features, 1);
      await column.copy(row, store, 0);
      for (const [index, values] of store.columns.entries()) moments[index]?.add(values);
    }
    for (const [index, { name }] of features.entries()) {
      const known = moments[index];
      if (known !== undefined && standardised.includes(name)) statistics[name] = known.statistics();
    }
  }
  return Object.keys(statistics).length > 0 ? { statistics } : {};
}
