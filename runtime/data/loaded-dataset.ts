import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ResolvedDataset, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { readerOf } from "./batch-features.ts";
import { openByteCache } from "./byte-cache.ts";
import { fieldsOf } from "./dataset-fields.ts";
import type { DatasetFolders } from "./dataset-files.ts";
import { featureBytes } from "./feature-store.ts";
import type { FeatureReader } from "./features/feature-reader.ts";
import { candidatesReader } from "./features/candidates.ts";
import { ModalityColumn } from "./modality-column.ts";
import type { Fitted } from "./preprocessing.ts";
import { ProblemLog } from "./problem-log.ts";
import { type DatasetRow, readDataset } from "./read-dataset.ts";

/** A data set in memory: cells as they are in the file, and a column of features for each modality. */
export interface LoadedDataset {
  readonly dataset: ResolvedDataset;
  readonly rows: readonly DatasetRow[];
  readonly columns: ReadonlyMap<string, ModalityColumn>;
  readonly problems: ProblemLog;
}

export interface LoadOptions {
  readonly specification: ResolvedSpecification;
  readonly folders: DatasetFolders;
  readonly readers: ReadonlyMap<string, FeatureReader>;
  readonly fitted: Fitted;
  /** Where decoded pictures are kept between runs. */
  readonly cacheFolder: string | undefined;
  /** For each modality. */
  readonly memoryBytes: number;
  readonly onProgress: ((progress: ReadingProgress) => void) | undefined;
}

/** How far a modality of a data set is encoded, in distinct values. */
export interface ReadingProgress {
  readonly dataset: string;
  readonly modality: string;
  readonly done: number;
  readonly total: number;
}

/** Reads a data set and encodes what needs no fitting. */
export async function loadDataset(dataset: ResolvedDataset, options: LoadOptions): Promise<LoadedDataset> {
  const problems = new ProblemLog();
  const fields = fieldsOf(options.specification, dataset);
  const rows = await readDataset(dataset, fields, options.folders, problems);
  const columns = new Map<string, ModalityColumn>();
  for (const field of fields.modalities) {
    const single = readerOf(options.readers, field.modality);
    const reader = field.candidates ? candidatesReader(single, field.candidates) : single;
    const cache = reader.kind === "direct" ? await cacheOf(dataset.name, field.modality, single, options) : undefined;
    const { fitted, memoryBytes } = options;
    const onProgress = (done: number, total: number): void => options.onProgress?.({ dataset: dataset.name, modality: field.modality, done, total });
    const column = new ModalityColumn({ reader, field, rows, cache, fitted, memoryBytes, onProgress });
    if (reader.kind === "direct") await column.encode();
    columns.set(field.modality, column);
  }
  return { dataset, rows, columns, problems };
}

/** Only pictures are worth it: everything else is read faster than it could be looked up. */
async function cacheOf(dataset: string, modality: string, reader: FeatureReader, { specification, cacheFolder, memoryBytes }: LoadOptions): Promise<Awaited<ReturnType<typeof openByteCache>> | undefined> {
  const declared = specification.modalities[modality];
  if (cacheFolder === undefined || declared?.kind !== "image") return undefined;
  const options = createHash("sha256").update(JSON.stringify(declared)).digest("hex").slice(0, 12);
  const entryBytes = reader.features.reduce((sum, feature) => sum + featureBytes(feature), 0);
  return openByteCache(join(cacheFolder, `${dataset}-${modality}-${options}.bin`), { entryBytes, limitBytes: memoryBytes });
}
