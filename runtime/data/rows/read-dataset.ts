import type { ResolvedDataset, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { DatasetFields } from "../columns/dataset-fields.ts";
import type { Split } from "../data.ts";
import type { DataFolders } from "../files/data-folders.ts";
import { datasetFiles } from "../files/dataset-files.ts";
import type { PagedMemory } from "../lists/list-memory.ts";
import type { ProblemLog } from "../problem-log.ts";
import { withoutRows } from "../tables/read-table.ts";
import { DatasetReader } from "./dataset-reader.ts";
import type { DatasetRows } from "./dataset-rows.ts";

export interface ReadingOptions {
  readonly specification: ResolvedSpecification;
  readonly folders: DataFolders;
  readonly problems: ProblemLog;
  /** The columns that are kept: those that the specification uses, or all. */
  readonly keep: "used" | "all";
  /** Keeps the rows of a data set that declares a limit on memory; the rows of all others are in memory. */
  readonly paged?: PagedMemory | undefined;
}

/** The rows of a data set, and notes about its files, one sentence each. */
export interface ReadRows {
  readonly rows: DatasetRows;
  readonly notes: readonly string[];
}

/**
 * Reads the rows of a data set's files that it uses and that can be assigned to a split. Rows that cannot are logged.
 */
export async function readDataset(
  dataset: ResolvedDataset,
  fields: DatasetFields,
  options: ReadingOptions,
): Promise<ReadRows> {
  const reader = new DatasetReader(dataset, fields, options);
  const files = await datasetFiles(dataset, options.folders);
  const filled = new Set<Split | undefined>();
  for (const file of files) if ((await reader.read(file)) === "rows") filled.add(file.split);
  const empty = files.find(({ split }) => !filled.has(split));
  if (empty) throw withoutRows(empty);
  return reader.end();
}
