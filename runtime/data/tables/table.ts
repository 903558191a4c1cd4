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
  /** Columns that are names of files by what the table is. */
  readonly files?: readonly string[];
  /** Rows that are not even rows: broken JSON, too many cells. */
  readonly problems: readonly DataProblem[];
}

/** What a format reader is given. Compressed files are unpacked for it. */
export interface TableSource {
  /** As messages name it. */
  readonly file: string;
  readonly path: string;
  /** UTF-8 text in pieces, cut anywhere. Throws `UserError` where it is none. */
  readonly text: AsyncIterable<string>;
  /** The whole file. */
  readonly bytes: () => Promise<Uint8Array>;
}

export type TableReader = (source: TableSource) => Promise<Table>;
