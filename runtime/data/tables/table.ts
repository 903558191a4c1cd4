import type { DataProblem } from "../data.ts";
import type { FileAccess } from "./file-access.ts";

/** Cells by column, as they are in the file: strings in CSV, any JSON value in JSON. */
export type RowValues = { readonly [column: string]: unknown };

/** The cell of a column; `undefined` if there is none, even for a name such as `constructor`. */
export function cellOf(values: RowValues, column: string): unknown {
  return Object.hasOwn(values, column) ? values[column] : undefined;
}

/** Receives the contents of a table in the order of the file, so that no reader has to hold a whole table. */
export interface TableSink {
  /**
   * Receives the columns in the order of first appearance: before the rows if the format has a header, else after them.
   * `files` are those columns that hold names of files because the table is a folder.
   */
  columns(columns: readonly string[], files?: readonly string[], traits?: TableTraits): void;
  /**
   * Receives a row. `row` is the number of its first line, or its position in a list, counted from 1. If this returns a
   * promise, the next row must wait until that is settled.
   */
  row(row: number, values: RowValues): Promise<void> | void;
  /** Receives a problem that leaves no row at all, such as broken JSON or too many cells. */
  problem(problem: DataProblem): void;
}

/** The delimiters that a text table may have. */
export const delimiters = { comma: ",", semicolon: ";", tab: "\t", bar: "|" } as const;
export type Delimiter = keyof typeof delimiters;

/** Facts about a table other than its columns. */
export interface TableTraits {
  /**
   * The column that names each row's split, if the table has folders for splits, and whether there is one for
   * validation.
   */
  readonly splits?: { readonly column: string; readonly validation: "there" | "missing" };
  /** The delimiter that was found, and the usual one of the file's extension. */
  readonly delimiter?: { readonly found: Delimiter; readonly usual: Delimiter };
}

/** The input of a format's reader. Compressed files are already decompressed. */
export interface TableSource {
  /** The file's name in messages. */
  readonly file: string;
  readonly path: string;
  /** UTF-8 text in pieces of any length. Throws `UserError` if the file is not UTF-8. */
  readonly text: AsyncIterable<string>;
  /** The bytes of the file in pieces of any length. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** If given, a row of JSON may be a bare value, which is then the cell of this column. */
  readonly valueColumn?: string;
  /** The delimiter of CSV cells; by default it is detected from the header. */
  readonly delimiter?: Delimiter;
  /** Treats folders with the names of splits as splits, or as classes like all others. */
  readonly splitFolders: "splits" | "classes";
  /** Reads the bytes. */
  readonly access: FileAccess;
  /** The limit on the bytes of a part that must be read at once, if the data set declares a limit on memory. */
  readonly partBytes?: number;
}

/** Reads a file once, from beginning to end, into a sink. Throws `UserError` if it is not a table. */
export type TableReader = (source: TableSource, sink: TableSink) => Promise<void>;

/** A row as it is in its file. */
export interface TableRow {
  readonly row: number;
  readonly values: RowValues;
}

/** A whole table in memory. */
export interface Table {
  /** The file's name in messages. */
  readonly file: string;
  readonly columns: readonly string[];
  /** Columns that hold names of files because the table is a folder. */
  readonly files?: readonly string[];
  readonly rows: readonly TableRow[];
  readonly problems: readonly DataProblem[];
}
