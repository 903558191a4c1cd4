import {
  type Column,
  CompressionType,
  type DataType,
  Type,
  setCompressionCodec,
  tableFromIPC,
} from "@uwdata/flechette";
import { decompressZstd } from "hyparquet-compressors";
import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { type ArrowMessage, arrowMessages } from "./arrow-messages.ts";
import { decimalCell } from "./decimal-cell.ts";
import { decompressLz4Frame } from "./lz4-frame.ts";
import { PieceReader } from "./piece-reader.ts";
import { plainRow } from "./plain-cell.ts";
import type { TableSink, TableSource } from "./table.ts";

const readOnly = (): never => {
  throw new Error("Arrow files are only read");
};
setCompressionCodec(CompressionType.ZSTD, { encode: readOnly, decode: (bytes) => decompressZstd(bytes) });
setCompressionCodec(CompressionType.LZ4_FRAME, { encode: readOnly, decode: decompressLz4Frame });

/**
 * The size of the batches that are decoded together. It is more if the dictionaries, which are decoded each time, are
 * larger.
 */
const groupBytes = 2 ** 22;

/** Reads Arrow IPC, a file (Feather, version 2) or a stream, several batches at a time. Rows are counted from 1. */
export async function readArrow(table: TableSource, sink: TableSink): Promise<void> {
  const { file, pieces } = table;
  const bad = (cause: unknown): UserError =>
    cause instanceof UserError
      ? cause
      : new UserError(
          "data",
          `${file} cannot be read as Arrow: ${(cause as Error).message}.`,
          "Check that the file is complete; only version 2 of Feather is supported.",
          { cause },
        );
  const batches = new ArrowBatches();
  let row = 0;
  const give = async (columns: readonly ArrowColumn[]): Promise<void> => {
    const count = columns[0]?.cells.length ?? 0;
    if (row + count > limitOf("rows"))
      throw new UserError(
        "data",
        `${file} has ${row + count} rows, ${beyondLimit("rows", "rows")}.`,
        "Split it into several files, and name them by a pattern.",
      );
    const cells = columns.map((column) => column.cells[Symbol.iterator]());
    for (let index = 0; index < count; index++) {
      // Cells are decoded on access.
      const values = attempt(
        () =>
          plainRow(
            Object.fromEntries(columns.map(({ name, scale }, at) => [name, cellOf(cells[at]?.next().value, scale)])),
          ),
        bad,
      );
      const waiting = sink.row(++row, values);
      if (waiting) await waiting;
    }
  };
  const messages = arrowMessages(table, new PieceReader(pieces));
  for (;;) {
    const next = await messages.next().catch((cause: unknown) => {
      throw bad(cause);
    });
    if (next.done === true) break;
    if (next.value.kind === "dictionary" || batches.isFull) await give(attempt(() => batches.take(), bad));
    batches.add(next.value);
    if (next.value.kind === "schema")
      sink.columns(attempt(() => columnsOf(next.value.bytes), bad).map(({ name }) => name));
  }
  if (!batches.hasSchema) throw bad(new Error("it has no schema"));
  await give(attempt(() => batches.take(), bad));
}

/** Batches of rows that were read but not decoded yet, with their schema and dictionaries. */
class ArrowBatches {
  readonly #kept: Uint8Array[] = [];
  #pending: Uint8Array[] = [];

  get hasSchema(): boolean {
    return this.#kept.length > 0;
  }

  get isFull(): boolean {
    return bytesOf(this.#pending) >= Math.max(groupBytes, bytesOf(this.#kept));
  }

  add({ kind, bytes }: ArrowMessage): void {
    if (kind === "records") this.#pending.push(bytes);
    else if (kind !== "other") this.#kept.push(bytes);
  }

  /** Decodes and removes the pending batches. */
  take(): readonly ArrowColumn[] {
    if (this.#pending.length === 0) return [];
    const columns = columnsOf([...this.#kept, ...this.#pending]);
    this.#pending = [];
    return columns;
  }
}

function bytesOf(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, { length }) => sum + length, 0);
}

function cellOf(value: unknown, scale: number | undefined): unknown {
  return scale === undefined ? value : decimalCell(value, scale);
}

interface ArrowColumn {
  readonly name: string;
  readonly cells: Column<unknown>;
  /** The number of digits after the point, if the column holds decimals, which arrive as integers; else `undefined`. */
  readonly scale: number | undefined;
}

function columnsOf(content: Uint8Array | Uint8Array[]): readonly ArrowColumn[] {
  const options = { useDate: true, useBigInt: true };
  const table = tableFromIPC(content, options);
  const scales = table.schema.fields.map(({ type }) => scaleOf(type));
  // Different long decimals would become equal if they were doubles.
  const stored = scales.every((scale) => scale === undefined)
    ? table
    : tableFromIPC(content, { ...options, useDecimalInt: true });
  return table.schema.fields.map(({ name }, index) => ({
    name,
    scale: scales[index],
    cells: (scales[index] === undefined ? table : stored).getChildAt<unknown>(index),
  }));
}

/** The scale of a decimal type, or of a nested type whose leaves are all decimals of one scale. */
function scaleOf(type: DataType): number | undefined {
  if (type.typeId === Type.Decimal) return type.scale;
  const [scale, ...others] = "children" in type ? new Set(type.children.map((child) => scaleOf(child.type))) : [];
  return others.length === 0 ? scale : undefined;
}

function attempt<Value>(read: () => Value, bad: (cause: unknown) => UserError): Value {
  try {
    return read();
  } catch (cause) {
    throw bad(cause);
  }
}
