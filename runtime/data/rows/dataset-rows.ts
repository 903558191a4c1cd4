import { type DataProblem, type Split, splitNames } from "../data.ts";
import type { FileReferences } from "../files/file-references.ts";
import { type RowValues, cellOf } from "../tables/table.ts";
import { CellColumn } from "./cell-column.ts";
import { GrowingArray } from "./growing-array.ts";
import { TextArena } from "./text-arena.ts";

/** A file of a data set. */
export interface RowSource {
  /** As messages name it. */
  readonly file: string;
  /** Where the file references of its rows lead. */
  readonly references: FileReferences;
  /** Columns that are names of files by what the table is. */
  readonly files: readonly string[];
}

/** What is settled of a row besides its cells. */
export interface RowFacts {
  /** As an editor counts it. */
  readonly row: number;
  readonly split: Split;
  readonly weight: number;
}

/** Which columns are kept: those that are named, or all that there are. */
export type KeptColumns = "all" | ReadonlySet<string>;

/** The rows of a data set, by column. What is appended cannot be changed, but for its split. */
export class DatasetRows {
  readonly #kept: KeptColumns;
  readonly #texts = new TextArena();
  readonly #columns = new Map<string, CellColumn>();
  readonly #sources: RowSource[] = [];
  readonly #sourceOf = new GrowingArray((length) => new Uint32Array(length));
  readonly #numbers = new GrowingArray((length) => new Float64Array(length));
  readonly #splits = new GrowingArray((length) => new Uint8Array(length));
  readonly #weights = new CellColumn(this.#texts);
  /** The rows that are used, where not all of them are. */
  #used: Uint32Array | undefined;

  constructor(kept: KeptColumns) {
    this.#kept = kept;
    if (kept !== "all") for (const column of kept) this.#columns.set(column, new CellColumn(this.#texts));
  }

  get length(): number {
    return this.#used?.length ?? this.#numbers.length;
  }

  /** The names of the columns that are kept. */
  get columns(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** Rows from now on stand in this file. */
  begin(source: RowSource): void {
    this.#sources.push(source);
  }

  append({ row, split, weight }: RowFacts, values: RowValues): void {
    const at = this.#numbers.length;
    if (this.#kept === "all")
      for (const column of Object.keys(values))
        if (!this.#columns.has(column)) this.#columns.set(column, new CellColumn(this.#texts));
    if (this.#kept === "all")
      for (const [column, value] of Object.entries(values)) this.#columns.get(column)?.set(at, value);
    else for (const [column, cells] of this.#columns) cells.set(at, cellOf(values, column));
    if (weight !== 1) this.#weights.set(at, weight);
    this.#sourceOf.push(this.#sources.length - 1);
    this.#numbers.push(row);
    this.#splits.push(splitNames.indexOf(split));
  }

  /** Of a fold, which is known when all rows are. */
  moveToValidation(row: number): void {
    this.#splits.view()[row] = splitNames.indexOf("validation");
  }

  /** Leaves out all other rows; nothing can be appended then. */
  keepOnly(rows: Uint32Array): void {
    this.#used = rows;
  }

  cell(row: number, column: string): unknown {
    return this.#columns.get(column)?.at(this.#at(row));
  }

  /** As an editor counts it. */
  number(row: number): number {
    return this.#numbers.at(this.#at(row));
  }

  split(row: number): Split {
    const split = splitNames[this.#splits.at(this.#at(row))];
    if (split === undefined) throw new Error(`there is no row ${row}`);
    return split;
  }

  weight(row: number): number {
    return (this.#weights.at(this.#at(row)) as number | undefined) ?? 1;
  }

  source(row: number): RowSource {
    const source = this.#sources[this.#sourceOf.at(this.#at(row))];
    if (source === undefined) throw new Error(`there is no row ${row}`);
    return source;
  }

  /** Where people find the row. */
  place(row: number): Pick<DataProblem, "file" | "row" | "path"> {
    const {
      file,
      files: [named],
    } = this.source(row);
    const own = named === undefined ? undefined : this.cell(row, named);
    return { file, row: this.number(row), ...(typeof own === "string" ? { path: `${file}/${own}` } : {}) };
  }

  #at(row: number): number {
    return this.#used === undefined ? row : (this.#used[row] ?? Number.NaN);
  }
}
