import { process } from "../host/machine.ts";
import { type FileHandle, open, rename, rm } from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";
import { cannotWrite } from "../files/write-atomically.ts";
import { UserError } from "../user-error.ts";
import type { PredictionFormat } from "./prediction-formats.ts";
import { type Cell, type WrittenPrediction, cellsOfRow, columnsOfRows } from "./prediction-table.ts";
import { predictionLines } from "./prediction-lines.ts";
import type { RowPredictions } from "./predict-rows.ts";

type WrittenRow = RowPredictions<WrittenPrediction>;

/** Receives written predictions, a piece at a time. */
type Sink = (bytes: Uint8Array | string) => Promise<void> | void;

interface PredictionWriter {
  write(rows: readonly WrittenRow[]): Promise<void>;
  finish(): Promise<void>;
}

const writers: { readonly [Format in PredictionFormat]: (sink: Sink) => PredictionWriter } = {
  jsonl: (sink) => ({
    write: async (rows) =>
      sink(
        rows
          .flatMap(predictionLines)
          .map((line) => `${line}\n`)
          .join(""),
      ),
    finish: () => Promise.resolve(),
  }),
  csv: csvWriter,
  parquet: parquetWriter,
};

/** The number of rows that are written at a time. The first ones determine the columns. */
const rowsAtOnce: { readonly [Format in PredictionFormat]: number } = { jsonl: 256, csv: 256, parquet: 8192 };

/** Writes predictions as they arrive. Returns the number of rows. */
export async function writePredictions(
  rows: AsyncIterable<WrittenRow>,
  format: PredictionFormat,
  sink: Sink,
): Promise<number> {
  const writer = writers[format](sink);
  let held: WrittenRow[] = [];
  let count = 0;
  for await (const row of rows) {
    held.push(row);
    count += 1;
    if (held.length < rowsAtOnce[format]) continue;
    await writer.write(held);
    held = [];
  }
  if (held.length > 0) await writer.write(held);
  await writer.finish();
  return count;
}

/** Writes to a file, which is replaced completely or not at all. */
export async function writePredictionFile(
  rows: AsyncIterable<WrittenRow>,
  format: PredictionFormat,
  path: string,
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  let file: FileHandle | undefined;
  const opened = await open(temporary, "w").catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
  try {
    file = opened;
    const count = await writePredictions(rows, format, async (bytes) => {
      await opened.writeFile(bytes).catch((cause: unknown) => {
        throw cannotWrite(path, cause);
      });
    });
    await file.sync();
    await file.close();
    file = undefined;
    await rename(temporary, path).catch((cause: unknown) => {
      throw cannotWrite(path, cause);
    });
    return count;
  } finally {
    await file?.close();
    await rm(temporary, { force: true });
  }
}

function csvWriter(sink: Sink): PredictionWriter {
  let columns: readonly string[] | undefined;
  const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(",")}\r\n`;
  return {
    write: async (rows) => {
      if (columns === undefined) {
        columns = columnsOfRows(rows);
        await sink(line(columns));
      }
      const known = columns;
      await sink(rows.map((row) => line(cellsOfRow(row, known))).join(""));
    },
    finish: () => Promise.resolve(),
  };
}

/** RFC 4180. */
function csvCell(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

const parquetTypes = { number: "DOUBLE", boolean: "BOOLEAN", string: "STRING" } as const;
type ParquetType = (typeof parquetTypes)[keyof typeof parquetTypes];

/** Writes a row group for each piece. The types of the columns are those of the first rows. */
function parquetWriter(sink: Sink): PredictionWriter {
  let state:
    | {
        readonly columns: readonly string[];
        readonly types: readonly ParquetType[];
        readonly write: (data: readonly (readonly unknown[])[]) => Promise<void>;
        readonly finish: () => Promise<void>;
      }
    | undefined;
  const start = async (rows: readonly WrittenRow[]): Promise<NonNullable<typeof state>> => {
    const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
    const columns = columnsOfRows(rows);
    const types = columns.map((_, at) => typeOf(rows.map((row) => cellsOfRow(row, columns)[at] ?? null)));
    const dataOf = (data: readonly (readonly unknown[])[]) =>
      columns.map((name, at) => ({ name, data: [...(data[at] ?? [])], type: types[at] ?? "STRING", nullable: true }));
    const bytes = new ByteWriter();
    const drain = async (): Promise<void> => {
      await sink(bytes.getBytes().slice());
      // Positions in the file are counted by `offset`; bytes that were passed on need not be kept.
      bytes.index = 0;
    };
    const writer = new ParquetWriter({
      writer: bytes,
      schema: schemaFromColumnData({ columnData: dataOf(columns.map(() => [])) }),
      codec: "SNAPPY",
    });
    return {
      columns,
      types,
      write: async (data) => {
        await writer.write({ columnData: dataOf(data) });
        await drain();
      },
      finish: async () => {
        await writer.finish();
        await drain();
      },
    };
  };
  return {
    write: async (rows) => {
      state ??= await start(rows);
      const { columns, types, write } = state;
      const cells = rows.map((row) => cellsOfRow(row, columns));
      await write(
        columns.map((column, at) => cells.map((row) => typed(row[at] ?? null, types[at] ?? "STRING", column))),
      );
    },
    finish: async () => {
      await state?.finish();
    },
  };
}

function typeOf(cells: readonly Cell[]): ParquetType {
  const kinds = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
  const [only] = kinds;
  return kinds.size === 1 && (only === "number" || only === "boolean") ? parquetTypes[only] : "STRING";
}

function typed(cell: Cell, type: ParquetType, column: string): Cell {
  if (cell === null) return null;
  if (type === "STRING") return String(cell);
  if (parquetTypes[typeof cell as keyof typeof parquetTypes] === type) return cell;
  throw new UserError(
    "data",
    `Column "${column}" began with ${type === "DOUBLE" ? "numbers" : "truth values"}, and then has ${JSON.stringify(cell)}, which one column of Parquet cannot hold.`,
    "Write CSV or JSON Lines, or leave the column out by --columns.",
  );
}
