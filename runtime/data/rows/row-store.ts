import type { Split } from "../data.ts";
import type { RowValues } from "../tables/table.ts";

/** The facts about a row that are not in its cells. */
export interface RowFacts {
  /** The row's number as an editor counts it. */
  readonly row: number;
  readonly split: Split;
  readonly weight: number;
}

/** The columns that are kept: those named here, or all. */
export type KeptColumns = "all" | ReadonlySet<string>;

/** The storage of a data set's rows. They are only appended, and nothing but their split changes later. */
export interface RowStore {
  readonly length: number;
  /** The names of the columns that are kept. */
  readonly columns: readonly string[];
  /** Appends a row. `source` is the index of its file. */
  append(facts: RowFacts, source: number, values: RowValues): void;
  cell(row: number, column: string): unknown;
  /** The row's number as an editor counts it. */
  number(row: number): number;
  split(row: number): Split;
  weight(row: number): number;
  source(row: number): number;
  moveToValidation(row: number): void;
}
