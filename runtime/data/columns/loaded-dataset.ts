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

/** A data set that was read: the cells that are used, as they are in the file, and a column of features for each modality. */
export interface LoadedDataset {
  readonly dataset: ResolvedDataset;
  readonly rows: DatasetRows;
  readonly columns: ReadonlyMap<string, ModalityColumn>;
  readonly problems: ProblemLog;
  /** What was found out about its files, a sentence each. */
  readonly notes: readonly string[];
  /** What is kept of it in a file, where it declares how much memory it may take. */
  readonly paged: PagedMemory | undefined;
}

export interface LoadOptions {
  readonly specification: ResolvedSpecification;
  readonly folders: DataFolders;
  readonly readers: ReadonlyMap<string, FeatureReader>;
  readonly fitted: Fitted;
  /** Where decoded values are kept between runs. */
  readonly cacheFolder: string | undefined;
  /** For each modality. */
  readonly memoryBytes: number;
  readonly onProgress: ((progress: ReadingProgress) => void) | undefined;
  /** Which columns stay in memory: those that the specification uses, or all. */
  readonly keep: "used" | "all";
}

/** How far a modality of a data set is encoded, in distinct values. */
export interface ReadingProgress {
  readonly dataset: string;
  readonly modality: string;
  readonly done: number;
  readonly total: number;
}

/** Problems that are kept of a data set which is not in memory as a whole; of all others their rows are counted. */
const mostProblems = 10_000;

/** Reads a data set and encodes what needs no fitting. */
export async function loadDataset(dataset: ResolvedDataset, options: LoadOptions): Promise<LoadedDataset> {
  const paged = pagedMemory(dataset, options.cacheFolder);
  try {
    return await load(dataset, paged, options);
  } catch (error) {
    paged?.close();
    throw error;
  }
}

/** Where a data set is kept that declares how much memory it may take. */
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
    // The index of the decoded values is in memory, and on disk they can take many times what the data does.
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

/** One folder for each way to decode: data sets and modalities that decode alike share what is in it. */
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
