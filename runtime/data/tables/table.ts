import type { DataProblem } from "../data.ts";

/** A row as its file has it: strings in CSV, any JSON value in JSON. An absent column is `undefined`. */
export interface TableRow {
  /** The first line of the row, or its place in a JSON list; counted from 1. */
  readonly row: number;
  readonly values: { readonly [column: string]: unknown };
}

export interface Table {
  /** As messages name it. */
  readonly file: string;
  /** In the order of first appearance. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** Rows that are not even rows: broken JSON, too many cells. */
  readonly problems: readonly DataProblem[];
}

/** What a format reader is given: the text in pieces, cut anywhere. */
export interface TableSource {
  readonly file: string;
  readonly text: AsyncIterable<string>;
}
