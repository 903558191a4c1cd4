import { process } from "../host/machine.ts";
import { join, resolve } from "../host/paths.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { type TextSwitch, readDictionaries, textSwitches } from "./augment/text-switcher.ts";
import { featureReaders } from "./batch/batch-features.ts";
import type { Preprocessing } from "./data.ts";
import type { DataFolders } from "./files/data-folders.ts";
import type { FeatureReader } from "./features/feature-reader.ts";
import { fitPreprocessing } from "./fit/fit-preprocessing.ts";
import { fitStatistics, fitTargetStatistics } from "./fit/fit-statistics.ts";
import { closeDatasets, type LoadedDataset, loadDataset, type ReadingProgress } from "./columns/loaded-dataset.ts";
import { checkPreprocessing, classIndices, type Fitted, fittedBy, withStatistics } from "./fit/preprocessing.ts";
import { type TaskRows, taskRows } from "./rows/task-rows.ts";

/** The data to read, its preprocessing, and limits on memory and caching. */
export interface OpenDataOptions extends DataFolders {
  readonly specification: ResolvedSpecification;
  /** The preprocessing of a trained model; by default it is fitted on the training split. */
  readonly preprocessing?: Preprocessing;
  /**
   * The folder where decoded values are kept between runs; by default the value of MTL_CACHE, a folder or "none", else
   * `.cache/mtl` under `root`.
   */
  readonly cache?: { readonly folder: string } | "none";
  /**
   * The limit on the bytes of each modality's features in memory. Further features are read from the cache on each
   * access.
   */
  readonly memoryBytes?: number;
  /** Called after every encoded value, since the first reading of many pictures takes a while. */
  readonly onProgress?: (progress: ReadingProgress) => void;
  /** The columns of the tables that stay in memory: those that the specification uses, which is the default, or all. */
  readonly keep?: "used" | "all";
}

const defaultMemoryBytes = 2 ** 31;

/** The data sets of a specification, read, split and encoded, with the rows of each task. */
export interface LoadedData {
  readonly datasets: readonly LoadedDataset[];
  readonly tasks: ReadonlyMap<string, TaskRows>;
  readonly readers: ReadonlyMap<string, FeatureReader>;
  readonly preprocessing: Preprocessing;
  readonly fitted: Fitted;
  /** By task, the switches of its texts. */
  readonly switches: ReadonlyMap<string, ReadonlyMap<string, TextSwitch>>;
  /** Sentences about what could not be learnt exactly. */
  readonly notes: readonly string[];
}

/**
 * Reads all data sets. Bad rows are listed in the problems of their data set. Throws `UserError` of kind "data" if a
 * file cannot be read at all.
 */
export async function loadData(options: OpenDataOptions): Promise<LoadedData> {
  const { specification, memoryBytes = defaultMemoryBytes, keep = "used" } = options;
  const cacheFolder = cacheFolderOf(options);
  if (options.preprocessing !== undefined) checkPreprocessing(specification, options.preprocessing);
  const readers = featureReaders(specification);
  const dictionaries = await readDictionaries(specification, options);
  let known: Fitted | undefined;
  const fittedNow = (): Fitted => {
    if (known === undefined) throw new Error("what is learnt from the training split is asked for before it is known");
    return known;
  };
  const fitted: Fitted = {
    encodingOf: (modality) => fittedNow().encodingOf(modality),
    categoriesOf: (modality) => fittedNow().categoriesOf(modality),
  };
  const load = {
    specification,
    folders: options,
    readers,
    fitted,
    cacheFolder,
    memoryBytes,
    keep,
    onProgress: options.onProgress,
  };

  const datasets: LoadedDataset[] = [];
  try {
    for (const dataset of Object.values(specification.datasets)) datasets.push(await loadDataset(dataset, load));
    const notes = new Set<string>();
    const learnt =
      options.preprocessing ??
      (await fitPreprocessing(specification, datasets, {
        folders: load.folders,
        dictionaries,
        note: (sentence) => void notes.add(sentence),
      }));
    known = fittedBy(learnt);
    for (const { columns } of datasets)
      for (const column of columns.values()) if (column.reader.kind === "fitted") await column.encode();
    const tasks = await tasksOf(specification, datasets, learnt);
    const preprocessing =
      options.preprocessing ??
      withStatistics(
        learnt,
        await fitStatistics(specification, datasets, readers),
        fitTargetStatistics(tasks.values()),
      );
    const switches = new Map(
      Object.values(specification.tasks).map((task) => [task.name, textSwitches(task, specification, dictionaries)]),
    );
    return { datasets, tasks, readers, preprocessing, fitted, switches, notes: [...notes] };
  } catch (error) {
    await closeDatasets(datasets);
    throw error;
  }
}

async function tasksOf(
  specification: ResolvedSpecification,
  datasets: readonly LoadedDataset[],
  learnt: Preprocessing,
): Promise<ReadonlyMap<string, TaskRows>> {
  const tasks = new Map<string, TaskRows>();
  const context = { specification, encodingOf: fittedBy(learnt).encodingOf };
  for (const task of Object.values(specification.tasks)) {
    const having = datasets.filter(({ dataset }) => dataset.tasks.includes(task.name));
    tasks.set(task.name, await taskRows(task, having, classIndices(learnt, task.name), context));
  }
  return tasks;
}

export function cacheFolderOf({ cache, root }: OpenDataOptions): string | undefined {
  const given = process.env["MTL_CACHE"] ?? "";
  const chosen = cache ?? (given === "" || given === "none" ? given : { folder: resolve(given) });
  if (chosen === "none") return undefined;
  return chosen === "" ? join(root, ".cache", "mtl") : chosen.folder;
}
