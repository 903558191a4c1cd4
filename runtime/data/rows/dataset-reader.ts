import { dirname } from "../../host/paths.ts";
import type { ResolvedDataset, ResolvedSplit } from "../../../compiler/schema/resolved.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { type DecimalComma, numberColumns, withPoints } from "../cells/decimal-comma.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { usedColumns } from "../columns/check-columns.ts";
import type { DatasetFields } from "../columns/dataset-fields.ts";
import { TableHeads } from "../columns/table-heads.ts";
import { allowedPlaces, searchedFolders } from "../files/data-folders.ts";
import type { DatasetFile } from "../files/dataset-files.ts";
import { referencesWithin } from "../files/file-references.ts";
import { streamRows } from "../tables/read-table.ts";
import { type RowValues, type TableTraits, cellOf } from "../tables/table.ts";
import { UserError } from "../../user-error.ts";
import { RowChoice } from "./choose-rows.ts";
import { DatasetRows } from "./dataset-rows.ts";
import { Folds } from "./folds.ts";
import type { ReadingOptions, ReadRows } from "./read-dataset.ts";
import { contentOf } from "./row-content.ts";
import { foldingText, splitNamed, splitOf } from "./split.ts";

/** A file that is being read, and the facts that its header gave. */
interface OpenFile {
  readonly file: DatasetFile;
  /** Columns that hold names of files. */
  readonly named: string[];
  splitting: ResolvedSplit;
  /** The column that names a row's split, if the file is a folder with folders for splits. */
  splitColumn?: string;
  comma?: DecimalComma;
}

/** Reads the files of a data set one after another into its rows. */
export class DatasetReader {
  readonly #dataset: ResolvedDataset;
  readonly #options: ReadingOptions;
  readonly #rows: DatasetRows;
  readonly #choice: RowChoice | undefined;
  readonly #folds: Folds | undefined;
  readonly #heads: TableHeads;
  /** The columns that hold numbers. */
  readonly #numbers: ReturnType<typeof numberColumns>;
  readonly #notes = new Set<string>();

  constructor(dataset: ResolvedDataset, fields: DatasetFields, options: ReadingOptions) {
    this.#dataset = dataset;
    this.#options = options;
    this.#rows = new DatasetRows(
      options.keep === "all" ? "all" : new Set(usedColumns(dataset, fields).map(({ column }) => column)),
      options.paged,
    );
    this.#choice = dataset.rows && new RowChoice(dataset.rows, this.#rows.memory);
    if (options.paged && dataset.split.fold) throw foldsBeyondMemory(dataset);
    this.#folds = dataset.split.fold && new Folds(dataset.split.fold);
    this.#heads = new TableHeads(dataset, fields);
    this.#numbers = numberColumns(options.specification, dataset, fields);
  }

  /** Appends the rows of a file. */
  async read(file: DatasetFile): Promise<"rows" | "empty"> {
    const { name, path } = file;
    const { specification, folders, problems } = this.#options;
    const { split, decimal, delimiter } = this.#dataset;
    const open: OpenFile = { file, named: [], splitting: split };
    if (decimal === "comma") open.comma = "declared";
    this.#rows.begin({
      file: name,
      references: referencesWithin(allowedPlaces(folders), [path, dirname(path), ...searchedFolders(folders)]),
      files: open.named,
    });
    this.#heads.begin(name);
    return streamRows(
      {
        path,
        name,
        splitFolders: rulesOf(specification).splitFolders,
        ...(delimiter === undefined ? {} : { delimiter }),
        partBytes: this.#options.paged?.partBytes,
      },
      {
        columns: (columns, files = [], traits = {}) => {
          this.#heads.see(columns);
          open.named.push(...files);
          this.#seeTraits(open, traits);
        },
        problem: (problem) => problems.addUnread(problem),
        row: (row, values) => {
          this.#heads.seeRow();
          this.#append(open, row, values);
        },
      },
    );
  }

  /** Returns the rows of all files, after the assignment to folds and the sampling, which need all rows. */
  end(): ReadRows {
    this.#heads.end();
    const { split } = this.#dataset;
    const unit = split.kind !== "column" && split.group !== undefined ? "groups" : "different rows";
    for (const row of this.#folds?.validated(this.#dataset.name, unit) ?? []) {
      this.#rows.moveToValidation(row);
      this.#choice?.keepAnyway(row);
    }
    if (this.#choice) this.#rows.keepOnly(this.#choice.chosen());
    return { rows: this.#rows, notes: [...this.#notes] };
  }

  #seeTraits(open: OpenFile, { splits, delimiter }: TableTraits): void {
    const { name } = open.file;
    const { delimiter: declared, decimal } = this.#dataset;
    if (delimiter !== undefined && delimiter.found !== delimiter.usual && declared === undefined)
      this.#notes.add(
        `The cells of ${name} are separated by ${delimiter.found}s; write delimiter: ${delimiter.found} to fix this.`,
      );
    if (delimiter !== undefined && delimiter.found !== "comma" && decimal === undefined) open.comma = "possible";
    const { splitting } = open;
    if (splits === undefined || splitting.kind !== "shares") return;
    open.splitColumn = splits.column;
    open.splitting = {
      kind: "files",
      validation: splits.validation === "there" ? 0 : 0.1,
      ...(splitting.group === undefined ? {} : { group: splitting.group }),
    };
    this.#notes.add(
      `The folders of ${name} with the names of splits are its splits${splits.validation === "there" ? "" : "; a tenth of train is used for validation"}.`,
    );
  }

  /** Appends a row, or logs it if it cannot be used for any task. */
  #append(open: OpenFile, row: number, values: RowValues): void {
    try {
      this.#appendRow(open, row, values);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      this.#options.problems.addUnread({
        file: open.file.name,
        row,
        ...(error.column === undefined ? {} : { column: error.column }),
        reason: error.message,
      });
    }
  }

  #appendRow({ file, splitting, splitColumn, comma }: OpenFile, row: number, values: RowValues): void {
    let known: string | undefined;
    const content = (): string => (known ??= contentOf(values));
    const ofFolder = splitColumn === undefined ? undefined : splitNamed(String(values[splitColumn]));
    const splitRow = { values, content, fileSplit: file.split ?? ofFolder };
    const split = splitOf(splitting, splitRow);
    const isFolded = this.#folds !== undefined && split !== "test";
    const written = comma === undefined ? values : withPoints(values, this.#numbers, comma);
    if (written !== values && this.#dataset.decimal === undefined)
      this.#notes.add(`${file.name} writes numbers with a decimal comma; write decimal: comma to fix this.`);
    this.#rows.append({ row, split: isFolded ? "train" : split, weight: weightOf(this.#dataset, written) }, written);
    if (isFolded) this.#folds?.see(foldingText(splitting, splitRow));
    else this.#folds?.seeTest();
    if (split === "train" || isFolded) this.#choice?.seeTraining(content());
    else this.#choice?.seeOther();
  }
}

/** Folds need the size of every group or of equal rows, which are counted in memory. */
function foldsBeyondMemory({ name }: ResolvedDataset): UserError {
  return new UserError(
    "specification",
    `Data set "${name}" declares its memory, and cannot be divided into folds.`,
    "Cross validation counts the rows of every group in memory: leave out `memory`, or train without --folds.",
  );
}

function weightOf({ weight: column }: ResolvedDataset, values: RowValues): number {
  if (column === undefined) return 1;
  const weight = weightNumber(cellOf(values, column), column);
  if (weight < 0) throw new UnreadableValue(`the weight ${weight} is less than 0`, column);
  if (weight > 0 && Math.fround(weight) === 0)
    throw new UnreadableValue(`the weight ${weight} is too small for float32`, column);
  return weight;
}

function weightNumber(value: unknown, column: string): number {
  try {
    return cellNumber(value);
  } catch (error) {
    throw new UnreadableValue((error as Error).message, column);
  }
}
