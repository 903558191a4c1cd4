import { sha256 } from "../../host/hashing.ts";
import { tmpdir } from "../../host/machine.ts";
import { join } from "../../host/paths.ts";
import type { ResolvedDataset, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { readerOf } from "../batch/batch-features.ts";
import { type FeatureCache, openFeatureCache } from "../cache/feature-cache.ts";
import { fieldsOf } from "./dataset-fields.ts";
import type { DataFolders } from "../files/data-folders.ts";
import { featureBytes } from "./feature-store.ts";
import { type FeatureReader, storedFeatures } from "../features/feature-reader.ts";
import { candidatesReader } from "../features/candidates.ts";
import { ModalityColumn } from "./modality-column.ts";
import { PagedMemory } from "../lists/list-memory.ts";
import { readFieldValues } from "../files/file-values.ts";
import type { Fitted } from "../fit/preprocessing.ts";
import { ProblemLog } from "../problem-log.ts";
import { readDataset } from "../rows/read-dataset.ts";
import type { DatasetRows } from "../rows/dataset-rows.ts";

/** A data set that was read: the used cells as they are in the file, and one column of features for each modality. */
export interface LoadedDataset {
  readonly dataset: ResolvedDataset;
  readonly rows: DatasetRows;
  readonly columns: ReadonlyMap<string, ModalityColumn>;
  readonly problems: ProblemLog;
  /** Notes about its files, one sentence each. */
  readonly notes: readonly string[];
  /** The part of the data set that is kept in a file, if it declares a limit on memory. */
  readonly paged: PagedMemory | undefined;
}

export interface LoadOptions {
  readonly specification: ResolvedSpecification;
  readonly folders: DataFolders;
  readonly readers: ReadonlyMap<string, FeatureReader>;
  readonly fitted: Fitted;
  /** The folder where decoded values are kept between runs. */
  readonly cacheFolder: string | undefined;
  /** The limit on the bytes of each modality's features. */
  readonly memoryBytes: number;
  readonly onProgress: ((progress: ReadingProgress) => void) | undefined;
  /** The columns that stay in memory: those that the specification uses, or all. */
  readonly keep: "used" | "all";
}

/** The progress of encoding a modality of a data set, in distinct values. */
export interface ReadingProgress {
  readonly dataset: string;
  readonly modality: string;
  readonly done: number;
  readonly total: number;
}

/**
 * The number of problems that are listed for a data set that is not in memory as a whole. Of further problems only the
 * rows are counted.
 */
const mostProblems = 10_000;

/** Reads a data set, and encodes those modalities that need no fitting. */
export async function loadDataset(dataset: ResolvedDataset, options: LoadOptions): Promise<LoadedDataset> {
  const paged = pagedMemory(dataset, options.cacheFolder);
  try {
    return await load(dataset, paged, options);
  } catch (error) {
    paged?.close();
    throw error;
  }
}

/** The memory of a data set that declares a limit on it, else `undefined`. */
export function pagedMemory(
  { memory }: Pick<ResolvedDataset, "memory">,
  cacheFolder: string | undefined,
): PagedMemory | undefined {
  return memory === undefined ? undefined : new PagedMemory(cacheFolder ?? tmpdir(), memory);
}

async function load(
  dataset: ResolvedDataset,
  paged: PagedMemory | undefined,
  options: LoadOptions,
): Promise<LoadedDataset> {
  const problems = new ProblemLog(paged && mostProblems);
  const fields = fieldsOf(options.specification, dataset);
  const { rows, notes } = await readDataset(dataset, fields, {
    specification: options.specification,
    folders: options.folders,
    problems,
    keep: options.keep,
    paged,
  });
  const columns = new Map<string, ModalityColumn>();
  for (const field of fields.modalities) {
    const single = readerOf(options.readers, field.modality);
    const reader = field.candidates ? candidatesReader(single, field.candidates) : single;
    // The cache keeps its index in memory, and decoded values can take many times the data's size on disk, so a data
    // set with a limit on memory has no cache.
    const cache = paged ? undefined : await cacheOf(field.modality, reader, options);
    const { fitted, memoryBytes } = options;
    const onProgress = (done: number, total: number): void =>
      options.onProgress?.({ dataset: dataset.name, modality: field.modality, done, total });
    const values = await readFieldValues(field, options.specification, rows);
    const column = new ModalityColumn({ reader, field, rows, values, cache, fitted, memoryBytes, onProgress });
    if (reader.kind === "direct") await column.encode();
    columns.set(field.modality, column);
  }
  return { dataset, rows, columns, problems, notes, paged };
}

export async function closeDatasets(datasets: readonly LoadedDataset[]): Promise<void> {
  for (const { columns, paged } of datasets) {
    for (const column of columns.values()) await column.close();
    paged?.close();
  }
}

/** Each way of decoding has one folder; data sets and modalities that decode alike share its entries. */
async function cacheOf(
  modality: string,
  reader: FeatureReader,
  { specification, cacheFolder }: LoadOptions,
): Promise<FeatureCache | undefined> {
  const { decoding } = reader;
  const features = storedFeatures(reader);
  const declared = specification.modalities[modality];
  if (cacheFolder === undefined || declared === undefined || decoding === undefined) return undefined;
  const way = JSON.stringify([declared, decoding.version, features.map(({ dtype, shape }) => [dtype, shape])]);
  const entryBytes = features.reduce((sum, feature) => sum + featureBytes(feature), 0);
  return openFeatureCache(join(cacheFolder, `${declared.kind}-${sha256(way).slice(0, 12)}`), entryBytes);
}
