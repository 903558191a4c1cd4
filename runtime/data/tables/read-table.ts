import { stat } from "../../host/files.ts";
import { gunzipped } from "../../host/streams.ts";
import { reasonOf } from "../../files/regular-file.ts";
import { UserError } from "../../user-error.ts";
import type { DataProblem } from "../data.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { type FileAccess, nodeFiles } from "./file-access.ts";
import type { Delimiter, Table, TableReader, TableRow, TableSink } from "./table.ts";
import { utf8Text } from "./utf8-text.ts";

/**
 * The reader of each file name extension; a new format is one entry here. Libraries are loaded with the first file that
 * needs them.
 */
const formats: { readonly [ending: string]: () => Promise<TableReader> } = {
  ".csv": async () => (await import("./read-delimited.ts")).readCsv,
  ".tsv": async () => (await import("./read-delimited.ts")).readTsv,
  ".jsonl": async () => (await import("./read-json-lines.ts")).readJsonLines,
  ".ndjson": async () => (await import("./read-json-lines.ts")).readJsonLines,
  ".json": async () => (await import("./read-json.ts")).readJson,
  ".parquet": async () => (await import("./read-parquet.ts")).readParquet,
  ".arrow": async () => (await import("./read-arrow.ts")).readArrow,
  ".arrows": async () => (await import("./read-arrow.ts")).readArrow,
  ".feather": async () => (await import("./read-arrow.ts")).readArrow,
  ".tar": async () => (await import("./read-tar.ts")).readTar,
  "-ubyte": async () => (await import("./read-idx.ts")).readIdx,
  ".idx": async () => (await import("./read-idx.ts")).readIdx,
};

/** A file of any format may also be compressed. */
const compressed = /\.gz$/i;

export interface TableFile {
  /** The path of the file. */
  readonly path: string;
  /** The name in the specification, for messages. */
  readonly name: string;
  /** If given, a row of JSON may be a bare value, which is then the cell of this column. */
  readonly valueColumn?: string;
  /** The delimiter of CSV cells; by default it is detected from the header. */
  readonly delimiter?: Delimiter;
  /** Treats folders with the names of splits as splits, which is the default, or as classes like all others. */
  readonly splitFolders?: "splits" | "classes";
  /** Reads the bytes; by default from disk. */
  readonly access?: FileAccess;
  /** The limit on the bytes of a part that must be read at once; by default that of `limits`. */
  readonly partBytes?: number | undefined;
}

/**
 * Reads a table with at least one row into a sink, in the format of its extension. A folder is a table of the files in
 * it. Throws `UserError` of kind "data" if the file cannot be read as a table.
 */
export async function streamTable(file: TableFile, sink: TableSink): Promise<void> {
  if ((await streamRows(file, sink)) === "empty") throw withoutRows(file);
}

export function withoutRows({ name }: TableFile): UserError {
  return new UserError("data", `${name} has no rows.`, "Give a file with examples.");
}

/**
 * Reads like `streamTable`, but accepts a table without rows, since other programs write a file without rows for an
 * empty part of their data.
 */
export async function streamRows(
  { path, name, valueColumn, delimiter, splitFolders = "splits", access = nodeFiles, partBytes }: TableFile,
  sink: TableSink,
): Promise<"rows" | "empty"> {
  const found = await stat(path).catch(() => undefined);
  const read = found?.isDirectory() ? (await import("./read-class-folder.ts")).readClassFolder : await readerOf(name);
  if (found === undefined)
    throw new UserError(
      "data",
      `${name} does not exist.`,
      `It was expected at ${path}; paths are relative to the specification.`,
    );
  let isEmpty = true;
  const counting: TableSink = {
    columns: (columns, files, traits) => {
      if (columns.length > limitOf("columns"))
        throw new UserError(
          "data",
          `${name} has ${columns.length} columns, ${beyondLimit("columns", "columns")}.`,
          "A list of numbers in one column costs less than one column for each: `tensor` and `series` read lists.",
        );
      sink.columns(columns, files, traits);
    },
    row: (row, values) => {
      isEmpty = false;
      return sink.row(row, values);
    },
    problem: (problem) => {
      isEmpty = false;
      sink.problem(problem);
    },
  };
  const pieces = (): AsyncGenerator<Uint8Array> => unpacked(path, name, access);
  const raw = pieces();
  try {
    await read(
      {
        file: name,
        path,
        access,
        text: utf8Text(pieces(), name),
        pieces: raw,
        splitFolders,
        ...(valueColumn === undefined ? {} : { valueColumn }),
        ...(delimiter === undefined ? {} : { delimiter }),
        ...(partBytes === undefined ? {} : { partBytes }),
      },
      counting,
    );
  } finally {
    // A reader need not read to the end of the file, so the file is closed here.
    await raw.return(undefined);
  }
  return isEmpty ? "empty" : "rows";
}

/** Reads like `streamTable`, into memory. */
export async function readTable(file: TableFile): Promise<Table> {
  let head: Pick<Table, "columns" | "files"> = { columns: [] };
  const rows: TableRow[] = [];
  const problems: DataProblem[] = [];
  await streamTable(file, {
    columns: (columns, files) => {
      head = { columns, ...(files ? { files } : {}) };
    },
    row: (row, values) => void rows.push({ row, values }),
    problem: (problem) => problems.push(problem),
  });
  return { file: file.name, ...head, rows, problems };
}

/** Tells if the file name has the extension of a table. */
export function isTableName(name: string): boolean {
  return endingOf(name) !== undefined;
}

function endingOf(name: string): string | undefined {
  const bare = name.toLowerCase().replace(compressed, "");
  return Object.keys(formats).find((each) => bare.endsWith(each));
}

async function readerOf(name: string): Promise<TableReader> {
  const ending = endingOf(name);
  const open = ending === undefined ? undefined : formats[ending];
  if (open !== undefined) return open();
  throw new UserError(
    "data",
    `${name} has a format that is not supported.`,
    `Give a file that ends in one of ${Object.keys(formats).join(", ")}, each also with .gz, or a folder with one folder for each class.`,
  );
}

async function* unpacked(path: string, name: string, access: FileAccess): AsyncGenerator<Uint8Array> {
  const file = await access.stream(path).catch((cause: unknown) => {
    throw new UserError(
      "data",
      `${name} cannot be read: ${reasonOf(cause)}.`,
      "Use a regular file, in one of the formats that the data page lists.",
      { cause },
    );
  });
  if (!compressed.test(name)) return yield* file;
  try {
    yield* gunzipped(file);
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("Z_")) throw error;
    throw new UserError(
      "data",
      `${name} cannot be unpacked: ${(error as Error).message}.`,
      "Check that it is complete, and compressed with gzip.",
      { cause: error },
    );
  }
}
