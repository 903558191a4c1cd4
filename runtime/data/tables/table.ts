import type { DataProblem } from "../data.ts";
import type { FileAccess } from "./file-access.ts";

/** Cells by column, as the file has them: strings in CSV, any JSON value in JSON. */
export type RowValues = { readonly [column: string]: unknown };

/** An absent column is `undefined`, whatever its name is. */
export function cellOf(values: RowValues, column: string): unknown {
  return Object.hasOwn(values, column) ? values[column] : undefined;
}

/** Where a reader of a format puts what it finds, in the order of the file: nobody need hold a whole table. */
export interface TableSink {
  /**
   * The columns, in the order of first appearance: before the rows where the format has a header, else after them. `files` are those that are names of files by
   * what the table is.
   */
  columns(columns: readonly string[], files?: readonly string[], traits?: TableTraits): void;
  /** `row` is the first line of the row, or its place in a list; counted from 1. Where it gives a promise, no row comes before that is settled. */
  row(row: number, values: RowValues): Promise<void> | void;
  /** What is not even a row: broken JSON, too many cells. */
  problem(problem: DataProblem): void;
}

/** What may be between the cells of a text. */
export const delimiters = { comma: ",", semicolon: ";", tab: "\t", bar: "|" } as const;
export type Delimiter = keyof typeof delimiters;

/** What a table is besides its columns. */
export interface TableTraits {
  /** The column that names each row's split, where the table has folders for them, and whether one is for validation. */
  readonly splits?: { readonly column: string; readonly validation: "there" | "missing" };
  /** What is between the cells, and what the end of the file's name says of it. */
  readonly delimiter?: { readonly found: Delimiter; readonly usual: Delimiter };
}

/** What a format reader is given. Compressed files are unpacked for it. */
export interface TableSource {
  /** As messages name it. */
  readonly file: string;
  readonly path: string;
  /** UTF-8 text in pieces, cut anywhere. Throws `UserError` where it is none. */
  readonly text: AsyncIterable<string>;
  /** The file in pieces, cut anywhere. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Where a row of JSON may be a value alone: the column that it is then. */
  readonly valueColumn?: string;
  /** What is between the cells of a CSV; looked for in its header where nobody says it. */
  readonly delimiter?: Delimiter;
  /** Whether folders that are named as splits are those, or were classes as all others. */
  readonly splitFolders: "splits" | "classes";
  /** Where the bytes come from. */
  readonly access: FileAccess;
  /** The bytes that a part may take which is read at once, where the data set declares how much memory there is. */
  readonly partBytes?: number;
}

/** Reads a file once, from its beginning to its end, into a sink. Throws `UserError` where it is no table. */
export type TableReader = (source: TableSource, sink: TableSink) => Promise<void>;

/** A row as its file has it. */
export interface TableRow {
  readonly row: number;
  readonly values: RowValues;
}

/** A whole table in memory. */
export interface Table {
  /** As messages name it. */
  readonly file: string;
  readonly columns: readonly string[];
  /** Columns that are names of files by what the table is. */
  readonly files?: readonly string[];
  readonly rows: readonly TableRow[];
  readonly problems: readonly DataProblem[];
}
