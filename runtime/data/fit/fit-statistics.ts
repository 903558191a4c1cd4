import { targetOf } from "../../../compiler/targets/index.ts";
import { targetName } from "../../../compiler/features/features.ts";
import { modalitiesLike } from "../../../compiler/features/read-like.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { ColumnStatistics, Preprocessing } from "../data.ts";
import { featureStore } from "../columns/feature-store.ts";
import { type FeatureReader, storedFeatures } from "../features/feature-reader.ts";
import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import { ColumnMoments } from "./standardise.ts";
import type { TaskRows } from "../rows/task-rows.ts";
import { trainingRows } from "../rows/training-rows.ts";

/** Statistics of the targets that are standardised, over the rows of the training split that are used. */
export function fitTargetStatistics(tasks: Iterable<TaskRows>): Pick<Preprocessing, "statistics"> {
  const statistics: Record<string, ColumnStatistics> = {};
  for (const rows of tasks) {
    const { name, target } = rows.task;
    if (!targetOf(target).numbers?.standardised) continue;
    const [feature] = rows.targets.features;
    const moments = new ColumnMoments(feature?.shape[0] ?? 1);
    for (const { dataset, row, target } of rows.of("train"))
      if (dataset.rows.weight(row) > 0) for (const numbers of rows.targets.slots(target)) moments.add(numbers);
    statistics[targetName(name)] = moments.statistics();
  }
  return Object.keys(statistics).length > 0 ? { statistics } : {};
}

/**
 * Statistics of the features that readers declare as standardised, over the training split. All columns must be
 * encoded.
 */
export async function fitStatistics(
  specification: ResolvedSpecification,
  datasets: readonly LoadedDataset[],
  readers: ReadonlyMap<string, FeatureReader>,
): Promise<Pick<Preprocessing, "statistics">> {
  const statistics: Record<string, ColumnStatistics> = {};
  for (const [modality, { features, standardised }] of readers) {
    if (standardised === undefined || specification.modalities[modality]?.like !== undefined) continue;
    const stored = storedFeatures({ features, standardised });
    const moments = new Map(
      stored.flatMap(({ name, shape }, index) =>
        standardised.features.includes(name) ? [[index, new ColumnMoments(shape.at(-1) ?? 1)] as const] : [],
      ),
    );
    const alike = modalitiesLike(specification, modality);
    for (const each of alike)
      for (const { column, row } of trainingRows(specification, datasets, each)) {
        const store = featureStore(stored, 1);
        await column.copy(row, store, 0);
        for (const [index, values] of store.columns.entries()) moments.get(index)?.add(values);
      }
    // Modalities that are read alike have the same features in the same order.
    for (const [index, known] of moments)
      for (const each of alike) {
        const feature = readers.get(each)?.features[index];
        if (feature) statistics[feature.name] = known.statistics();
      }
  }
  return Object.keys(statistics).length > 0 ? { statistics } : {};
}
