import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import { checkColumns } from "./check-columns.ts";
import type { DatasetFields } from "./dataset-fields.ts";

/**
 * Checks that the tables of a data set have the columns that it names. A table with a header must have all of them.
 * Rows that are objects may omit keys, so that a column is only missing if no row of any such table has it. A table
 * without rows need not have any.
 */
export class TableHeads {
  readonly #dataset: ResolvedDataset;
  readonly #fields: DatasetFields;
  /** The first file whose rows are objects, and the columns found so far. */
  #objects: { readonly file: string; readonly columns: Set<string> } | undefined;
  #file = "";
  #hasRows = false;

  constructor(dataset: ResolvedDataset, fields: DatasetFields) {
    this.#dataset = dataset;
    this.#fields = fields;
  }

  begin(file: string): void {
    this.#file = file;
    this.#hasRows = false;
  }

  seeRow(): void {
    this.#hasRows = true;
  }

  /** Takes columns that were found: those of a header, which come before the first row, or the keys of a row. */
  see(columns: readonly string[]): void {
    if (this.#hasRows) {
      this.#objects ??= { file: this.#file, columns: new Set() };
      for (const column of columns) this.#objects.columns.add(column);
    } else if (columns.length > 0) checkColumns({ file: this.#file, columns }, this.#dataset, this.#fields);
  }

  end(): void {
    if (this.#objects)
      checkColumns({ file: this.#objects.file, columns: [...this.#objects.columns] }, this.#dataset, this.#fields);
  }
}
