import type { Split } from "../data.ts";
import type { RowValues } from "../tables/table.ts";

/** What is known of a row besides its cells. */
export interface RowFacts {
  /** As an editor counts it. */
  readonly row: number;
  readonly split: Split;
  readonly weight: number;
}

/** Which columns are kept: those that are named, or all that there are. */
export type KeptColumns = "all" | ReadonlySet<string>;

/** Where the rows of a data set are kept. What is appended cannot be changed, but for its split. */
export interface RowStore {
  readonly length: number;
  /** The names of the columns that are kept. */
  readonly columns: readonly string[];
  /** `source` is the index of the file that has the row. */
  append(facts: RowFacts & { readonly source: number }, values: RowValues): void;
  cell(row: number, column: string): unknown;
  /** As an editor counts it. */
  number(row: number): number;
  split(row: number): Split;
  weight(row: number): number;
  source(row: number): number;
  moveToValidation(row: number): void;
}
