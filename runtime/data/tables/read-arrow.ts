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
import { decimalCell } from "./decimal-cell.ts";
import { decompressLz4Frame } from "./lz4-frame.ts";
import { plainRow } from "./plain-cell.ts";
import type { TableSink, TableSource } from "./table.ts";

const readOnly = (): never => {
  throw new Error("Arrow files are only read");
};
setCompressionCodec(CompressionType.ZSTD, { encode: readOnly, decode: (bytes) => decompressZstd(bytes) });
setCompressionCodec(CompressionType.LZ4_FRAME, { encode: readOnly, decode: decompressLz4Frame });

/** Arrow IPC, as a file (Feather, version 2) or as a stream. Its rows are counted from 1. */
export async function readArrow({ file, bytes }: TableSource, sink: TableSink): Promise<void> {
  const content = await bytes();
  const bad = (cause: unknown): UserError =>
    new UserError(
      "data",
      `${file} cannot be read as Arrow: ${(cause as Error).message}.`,
      "Look whether the file is whole; of Feather, version 2 is read.",
      { cause },
    );
  const columns = attempt(() => columnsOf(content), bad);
  sink.columns(columns.map(({ name }) => name));
  const count = columns[0]?.cells.length ?? 0;
  if (count > limitOf("rows"))
    throw new UserError(
      "data",
      `${file} has ${count} rows, ${beyondLimit("rows", "rows")}.`,
      "Write it in several files, and name them by a pattern.",
    );
  const cells = columns.map((column) => column.cells[Symbol.iterator]());
  for (let row = 1; row <= count; row++) {
    // Cells are unpacked as they are asked for.
    const values = attempt(
      () =>
        plainRow(
          Object.fromEntries(
            columns.map(({ name, scale }, index) => [name, cellOf(cells[index]?.next().value, scale)]),
          ),
        ),
      bad,
    );
    const waiting = sink.row(row, values);
    if (waiting) await waiting;
  }
}

function cellOf(value: unknown, scale: number | undefined): unknown {
  return scale === undefined ? value : decimalCell(value, scale);
}

interface ArrowColumn {
  readonly name: string;
  readonly cells: Column<unknown>;
  /** Of decimals, which come as whole numbers: how many of their digits stand behind the point. */
  readonly scale: number | undefined;
}

function columnsOf(content: Uint8Array): readonly ArrowColumn[] {
  const options = { useDate: true, useBigInt: true };
  const table = tableFromIPC(content, options);
  const scales = table.schema.fields.map(({ type }) => scaleOf(type));
  // As numbers, long decimals would merge.
  const stored = scales.every((scale) => scale === undefined)
    ? table
    : tableFromIPC(content, { ...options, useDecimalInt: true });
  return table.schema.fields.map(({ name }, index) => ({
    name,
    scale: scales[index],
    cells: (scales[index] === undefined ? table : stored).getChildAt<unknown>(index),
  }));
}

/** Of a decimal, and of what is made of decimals alone. */
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
