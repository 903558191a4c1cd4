import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import { checkColumns } from "./check-columns.ts";
import type { DatasetFields } from "./dataset-fields.ts";

/**
 * Whether the tables of a data set have the columns that it names. A table with a header must have all of them; rows that are objects may leave out what
 * they do not have, so that of such tables any may have a column. A table without rows need not have any.
 */
export class TableHeads {
  readonly #dataset: ResolvedDataset;
  readonly #fields: DatasetFields;
  /** Of rows that are objects: the first file that has any, and all that they have. */
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

  /** Where there is a header, it comes before the rows. */
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
