import { dirname } from "node:path";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import { cellNumber } from "./cell-number.ts";
import { RowChoice } from "./choose-rows.ts";
import { usedColumns } from "./check-columns.ts";
import type { Split } from "./data.ts";
import type { DatasetFields } from "./dataset-fields.ts";
import { Folds } from "./folds.ts";
import { referencesWithin } from "./file-references.ts";
import { type DataFolders, allowedPlaces, searchedFolders } from "./data-folders.ts";
import { datasetFiles } from "./dataset-files.ts";
import type { ProblemLog } from "./problem-log.ts";
import { contentOf } from "./row-content.ts";
import { DatasetRows, type KeptColumns } from "./rows/dataset-rows.ts";
import { foldingText, splitOf } from "./split.ts";
import { TableHeads } from "./table-heads.ts";
import { streamRows, withoutRows } from "./tables/read-table.ts";
import { type RowValues, cellOf } from "./tables/table.ts";
import { UnreadableValue } from "./unreadable-value.ts";

export interface ReadingPlace {
  readonly folders: DataFolders;
  readonly problems: ProblemLog;
  /** Which columns stay in memory: those that the specification uses, or all. */
  readonly keep: "used" | "all";
}

/** The rows of a data set's files that it uses and that can be assigned to a split; those that cannot are logged. */
export async function readDataset(dataset: ResolvedDataset, fields: DatasetFields, { folders, problems, keep }: ReadingPlace): Promise<DatasetRows> {
  const kept: KeptColumns = keep === "all" ? "all" : new Set(usedColumns(dataset, fields).map(({ column }) => column));
  const rows = new DatasetRows(kept);
  const choice = dataset.rows && new RowChoice(dataset.rows);
  const folds = dataset.split.fold && new Folds(dataset.split.fold);
  const heads = new TableHeads(dataset, fields);
  const files = await datasetFiles(dataset, folders);
  const filled = new Set<Split | undefined>();
  for (const { name, path, split: fileSplit } of files) {
    const filesOf: string[] = [];
    rows.begin({ file: name, references: referencesWithin(allowedPlaces(folders), [path, dirname(path), ...searchedFolders(folders)]), files: filesOf });
    const append = (row: number, values: RowValues): void => {
      let known: string | undefined;
      const content = (): string => (known ??= contentOf(values));
      const split = splitOf(dataset.split, { values, content, fileSplit });
      const isFolded = folds !== undefined && split !== "test";
      rows.append({ row, split: isFolded ? "train" : split, weight: weightOf(dataset, values) }, values);
      if (isFolded) folds.see(foldingText(dataset.split, { values, content, fileSplit }));
      else folds?.seeTest();
      if (split === "train" || isFolded) choice?.seeTraining(content());
      else choice?.seeOther();
    };
    heads.begin(name);
    const found = await streamRows({ path, name }, {
      columns: (columns, files = []) => {
        heads.see(columns);
        filesOf.push(...files);
      },
      problem: (problem) => problems.addUnread(problem),
      row: (row, values) => {
        heads.seeRow();
        try {
          append(row, values);
        } catch (error) {
          if (!(error instanceof UnreadableValue)) throw error;
          problems.addUnread({ file: name, row, ...(error.column === undefined ? {} : { column: error.column }), reason: error.message });
        }
      },
    });
    if (found === "rows") filled.add(fileSplit);
  }
  const empty = files.find(({ split }) => !filled.has(split));
  if (empty) throw withoutRows(empty);
  heads.end();
  if (folds) {
    const validated = folds.validated(dataset.name, dataset.split.kind !== "column" && dataset.split.group !== undefined ? "groups" : "different rows");
    for (const row of validated) {
      rows.moveToValidation(row);
      choice?.keepAnyway(row);
    }
  }
  if (choice) rows.keepOnly(choice.chosen());
  return rows;
}

function weightOf({ weight: column }: ResolvedDataset, values: RowValues): number {
  if (column === undefined) return 1;
  const weight = weightNumber(cellOf(values, column), column);
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
