import { dirname } from "../../host/paths.ts";
import type { ResolvedDataset, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { RowChoice } from "./choose-rows.ts";
import { usedColumns } from "../columns/check-columns.ts";
import type { Split } from "../data.ts";
import { type DecimalComma, numberColumns, withPoints } from "../cells/decimal-comma.ts";
import type { DatasetFields } from "../columns/dataset-fields.ts";
import { Folds } from "./folds.ts";
import { referencesWithin } from "../files/file-references.ts";
import { type DataFolders, allowedPlaces, searchedFolders } from "../files/data-folders.ts";
import { datasetFiles } from "../files/dataset-files.ts";
import type { ProblemLog } from "../problem-log.ts";
import { contentOf } from "./row-content.ts";
import { DatasetRows, type KeptColumns } from "./dataset-rows.ts";
import { foldingText, splitNamed, splitOf } from "./split.ts";
import { TableHeads } from "../columns/table-heads.ts";
import { streamRows, withoutRows } from "../tables/read-table.ts";
import { type RowValues, cellOf } from "../tables/table.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

export interface ReadingPlace {
  readonly specification: ResolvedSpecification;
  readonly folders: DataFolders;
  readonly problems: ProblemLog;
  /** Which columns stay in memory: those that the specification uses, or all. */
  readonly keep: "used" | "all";
}

/** The rows of a data set, and what was found out about its files, a sentence each. */
export interface ReadRows {
  readonly rows: DatasetRows;
  readonly notes: readonly string[];
}

/** The rows of a data set's files that it uses and that can be assigned to a split; those that cannot are logged. */
export async function readDataset(
  dataset: ResolvedDataset,
  fields: DatasetFields,
  { specification, folders, problems, keep }: ReadingPlace,
): Promise<ReadRows> {
  const kept: KeptColumns = keep === "all" ? "all" : new Set(usedColumns(dataset, fields).map(({ column }) => column));
  const rows = new DatasetRows(kept);
  const choice = dataset.rows && new RowChoice(dataset.rows);
  const folds = dataset.split.fold && new Folds(dataset.split.fold);
  const heads = new TableHeads(dataset, fields);
  const files = await datasetFiles(dataset, folders);
  const filled = new Set<Split | undefined>();
  const notes = new Set<string>();
  const numbers = numberColumns(specification, dataset, fields);
  const reading = {
    splitFolders: rulesOf(specification).splitFolders,
    ...(dataset.delimiter === undefined ? {} : { delimiter: dataset.delimiter }),
  };
  for (const { name, path, split: fileSplit } of files) {
    const filesOf: string[] = [];
    rows.begin({
      file: name,
      references: referencesWithin(allowedPlaces(folders), [path, dirname(path), ...searchedFolders(folders)]),
      files: filesOf,
    });
    let { split: splitting } = dataset;
    let splitColumn: string | undefined;
    let comma: DecimalComma | undefined = dataset.decimal === "comma" ? "declared" : undefined;
    const append = (row: number, values: RowValues): void => {
      let known: string | undefined;
      const content = (): string => (known ??= contentOf(values));
      const ofFolder = splitColumn === undefined ? undefined : splitNamed(String(values[splitColumn]));
      const place = { values, content, fileSplit: fileSplit ?? ofFolder };
      const split = splitOf(splitting, place);
      const isFolded = folds !== undefined && split !== "test";
      const written = comma === undefined ? values : withPoints(values, numbers, comma);
      if (written !== values && dataset.decimal === undefined)
        notes.add(`${name} writes numbers with a decimal comma; decimal: comma says so.`);
      rows.append({ row, split: isFolded ? "train" : split, weight: weightOf(dataset, written) }, written);
      if (isFolded) folds.see(foldingText(splitting, place));
      else folds?.seeTest();
      if (split === "train" || isFolded) choice?.seeTraining(content());
      else choice?.seeOther();
    };
    heads.begin(name);
    const found = await streamRows(
      { path, name, ...reading },
      {
        columns: (columns, files = [], { splits, delimiter } = {}) => {
          if (delimiter !== undefined && delimiter.found !== delimiter.usual && dataset.delimiter === undefined)
            notes.add(`The cells of ${name} are parted by ${delimiter.found}s; delimiter: ${delimiter.found} says so.`);
          heads.see(columns);
          for (const file of files) filesOf.push(file);
          if (delimiter !== undefined && delimiter.found !== "comma" && dataset.decimal === undefined)
            comma = "possible";
          if (splits === undefined || splitting.kind !== "shares") return;
          splitColumn = splits.column;
          splitting = {
            kind: "files",
            validation: splits.validation === "there" ? 0 : 0.1,
            ...(splitting.group === undefined ? {} : { group: splitting.group }),
          };
          notes.add(
            `The folders of ${name} that are named as splits are its splits${splits.validation === "there" ? "" : "; a tenth of train is for validation"}.`,
          );
        },
        problem: (problem) => problems.addUnread(problem),
        row: (row, values) => {
          heads.seeRow();
          try {
            append(row, values);
          } catch (error) {
            if (!(error instanceof UnreadableValue)) throw error;
            problems.addUnread({
              file: name,
              row,
              ...(error.column === undefined ? {} : { column: error.column }),
              reason: error.message,
            });
          }
        },
      },
    );
    if (found === "rows") filled.add(fileSplit);
  }
  const empty = files.find(({ split }) => !filled.has(split));
  if (empty) throw withoutRows(empty);
  heads.end();
  if (folds) {
    const validated = folds.validated(
      dataset.name,
      dataset.split.kind !== "column" && dataset.split.group !== undefined ? "groups" : "different rows",
    );
    for (const row of validated) {
      rows.moveToValidation(row);
      choice?.keepAnyway(row);
    }
  }
  if (choice) rows.keepOnly(choice.chosen());
  return { rows, notes: [...notes] };
}

function weightOf({ weight: column }: ResolvedDataset, values: RowValues): number {
  if (column === undefined) return 1;
  const weight = weightNumber(cellOf(values, column), column);
  if (weight < 0) throw new UnreadableValue(`the weight ${weight} is less than 0`, column);
  if (weight > 0 && Math.fround(weight) === 0)
    throw new UnreadableValue(`the weight ${weight} is less than float32 tells from 0`, column);
  return weight;
}

function weightNumber(value: unknown, column: string): number {
  try {
    return cellNumber(value);
  } catch (error) {
    throw new UnreadableValue((error as Error).message, column);
  }
}
