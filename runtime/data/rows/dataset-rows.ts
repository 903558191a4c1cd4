import type { DataProblem, Split } from "../data.ts";
import type { FileReferences } from "../files/file-references.ts";
import type { ListMemory, PagedMemory } from "../lists/list-memory.ts";
import { wholeMemory } from "../lists/list-memory.ts";
import type { NumberList } from "../lists/number-list.ts";
import type { RowValues } from "../tables/table.ts";
import { ColumnStore } from "./column-store.ts";
import { RecordStore } from "./record-store.ts";
import type { KeptColumns, RowFacts, RowStore } from "./row-store.ts";

/** A file of a data set. */
export interface RowSource {
  /** The file's name in messages. */
  readonly file: string;
  /** Resolves the file references of its rows. */
  readonly references: FileReferences;
  /** Columns that hold names of files because the table is a folder. */
  readonly files: readonly string[];
}

/** The rows of a data set. They are only appended, and nothing but their split changes later. */
export class DatasetRows {
  /** Creates lists that have an entry for each row. */
  readonly memory: ListMemory;
  readonly #store: RowStore;
  readonly #sources: RowSource[] = [];
  /** The rows that are used, unless all of them are. */
  #used: NumberList | undefined;

  /** Rows are kept in memory, or in `paged` if the data set declares a limit on memory. */
  constructor(kept: KeptColumns, paged?: PagedMemory) {
    this.memory = paged ?? wholeMemory;
    this.#store = paged === undefined ? new ColumnStore(kept) : new RecordStore(kept, paged);
  }

  get length(): number {
    return this.#used?.length ?? this.#store.length;
  }

  /** The names of the columns that are kept. */
  get columns(): readonly string[] {
    return this.#store.columns;
  }

  /** The files of the data set. */
  get sources(): readonly RowSource[] {
    return this.#sources;
  }

  /** Starts a file; the rows appended from now on are in it. */
  begin(source: RowSource): void {
    this.#sources.push(source);
  }

  append(facts: RowFacts, values: RowValues): void {
    this.#store.append(facts, this.#sources.length - 1, values);
  }

  /** Moves a row to the validation split. Folds are known only when all rows are. */
  moveToValidation(row: number): void {
    this.#store.moveToValidation(row);
  }

  /** Leaves out all other rows. No row can be appended afterwards. */
  keepOnly(rows: NumberList): void {
    this.#used = rows;
  }

  cell(row: number, column: string): unknown {
    return this.#store.cell(this.#at(row), column);
  }

  /** The row's number as an editor counts it. */
  number(row: number): number {
    return this.#store.number(this.#at(row));
  }

  split(row: number): Split {
    return this.#store.split(this.#at(row));
  }

  weight(row: number): number {
    return this.#store.weight(this.#at(row));
  }

  source(row: number): RowSource {
    const source = this.#sources[this.#store.source(this.#at(row))];
    if (source === undefined) throw new Error(`there is no row ${row}`);
    return source;
  }

  /** The file and row number by which people find the row. */
  place(row: number): Pick<DataProblem, "file" | "row" | "path"> {
    const {
      file,
      files: [named],
    } = this.source(row);
    const own = named === undefined ? undefined : this.cell(row, named);
    return { file, row: this.number(row), ...(typeof own === "string" ? { path: `${file}/${own}` } : {}) };
  }

  #at(row: number): number {
    return this.#used === undefined ? row : this.#used.at(row);
  }
}
