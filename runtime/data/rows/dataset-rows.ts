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
  /** As messages name it. */
  readonly file: string;
  /** Where the file references of its rows lead. */
  readonly references: FileReferences;
  /** Columns that are names of files by what the table is. */
  readonly files: readonly string[];
}

/** The rows of a data set. What is appended cannot be changed, but for its split. */
export class DatasetRows {
  /** Where lists that have something for each row are to be kept. */
  readonly memory: ListMemory;
  readonly #store: RowStore;
  readonly #sources: RowSource[] = [];
  /** The rows that are used, where not all of them are. */
  #used: NumberList | undefined;

  /** In memory, or where a data set declares how much of it there is. */
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

  /** Rows from now on are in this file. */
  begin(source: RowSource): void {
    this.#sources.push(source);
  }

  append(facts: RowFacts, values: RowValues): void {
    this.#store.append({ ...facts, source: this.#sources.length - 1 }, values);
  }

  /** Of a fold, which is known when all rows are. */
  moveToValidation(row: number): void {
    this.#store.moveToValidation(row);
  }

  /** Leaves out all other rows; nothing can be appended then. */
  keepOnly(rows: NumberList): void {
    this.#used = rows;
  }

  cell(row: number, column: string): unknown {
    return this.#store.cell(this.#at(row), column);
  }

  /** As an editor counts it. */
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
    return this.#used === undefined ? row : this.#used.at(row);
  }
}
