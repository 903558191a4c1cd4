import { dirname } from "node:path";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import { cellNumber } from "./cell-number.ts";
import { chooseRows } from "./choose-rows.ts";
import { checkColumns } from "./check-columns.ts";
import type { Split } from "./data.ts";
import type { DatasetFields } from "./dataset-fields.ts";
import { type FileReferences, referencesWithin } from "./file-references.ts";
import { type DataFolders, allowedPlaces, searchedFolders } from "./data-folders.ts";
import { datasetFiles } from "./dataset-files.ts";
import type { ProblemLog } from "./problem-log.ts";
import { splitOf } from "./split.ts";
import { readTable } from "./tables/read-table.ts";
import type { TableRow } from "./tables/table.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/** A row of a data set, with its split and weight settled and its cells as they are in the file. */
export interface DatasetRow extends TableRow {
  readonly file: string;
  readonly split: Split;
  readonly weight: number;
  /** Where its file references lead. */
  readonly references: FileReferences;
  /** Columns that are names of files by what its table is. */
  readonly files?: readonly string[];
}

/** The rows of a data set's files that it uses and that can be assigned to a split; those that cannot are logged. */
export async function readDataset(dataset: ResolvedDataset, fields: DatasetFields, folders: DataFolders, problems: ProblemLog): Promise<readonly DatasetRow[]> {
  const rows: DatasetRow[] = [];
  const searched = searchedFolders(folders);
  for (const { name, path, split } of await datasetFiles(dataset, folders)) {
    const table = await readTable({ path, name });
    checkColumns(table, dataset, fields);
    for (const problem of table.problems) problems.add(problem);
    const references = referencesWithin(allowedPlaces(folders), [path, dirname(path), ...searched]);
    const files = table.files === undefined ? {} : { files: table.files };
    for (const row of table.rows) {
      try {
        rows.push({ ...row, file: name, references, ...files, split: splitOf(dataset.split, { values: row.values, fileSplit: split }), weight: weightOf(dataset, row) });
      } catch (error) {
        if (!(error instanceof UnreadableValue)) throw error;
        problems.add({ file: name, row: row.row, ...(error.column === undefined ? {} : { column: error.column }), reason: error.message });
      }
    }
  }
  return chooseRows(rows, dataset);
}

function weightOf({ weight: column }: ResolvedDataset, { values }: TableRow): number {
  if (column === undefined) return 1;
  const weight = weightNumber(values[column], column);
  if (weight < 0) throw new UnreadableValue(`the weight ${weight} is less than 0`, column);
  if (weight > 0 && Math.fround(weight) === 0) throw new UnreadableValue(`the weight ${weight} is less than float32 tells from 0`, column);
  return weight;
}

function weightNumber(value: unknown, column: string): number {
  try {
    return cellNumber(value);
  } catch (error) {
    throw new UnreadableValue((error as Error).message, column);
  }
}
