import { type Column, CompressionType, setCompressionCodec, tableFromIPC } from "@uwdata/flechette";
import { decompressZstd } from "hyparquet-compressors";
import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
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
  const bad = (cause: unknown): UserError => new UserError("data", `${file} cannot be read as Arrow: ${(cause as Error).message}.`, "Look whether the file is whole; of Feather, version 2 is read.", { cause });
  const columns = attempt(() => columnsOf(content), bad);
  sink.columns(columns.map(({ name }) => name));
  const count = columns[0]?.cells.length ?? 0;
  if (count > limitOf("rows")) throw new UserError("data", `${file} has ${count} rows, ${beyondLimit("rows", "rows")}.`, "Write it in several files, and name them by a pattern.");
  const cells = columns.map((column) => column.cells[Symbol.iterator]());
  for (let row = 1; row <= count; row++) {
    // Cells are unpacked as they are asked for.
    const values = attempt(() => plainRow(Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]?.next().value]))), bad);
    const waiting = sink.row(row, values);
    if (waiting) await waiting;
  }
}

function columnsOf(content: Uint8Array): readonly { readonly name: string; readonly cells: Column<unknown> }[] {
  const table = tableFromIPC(content, { useDate: true, useBigInt: true });
  return table.schema.fields.map(({ name }, index) => ({ name, cells: table.getChildAt<unknown>(index) }));
}

function attempt<Value>(read: () => Value, bad: (cause: unknown) => UserError): Value {
  try {
    return read();
  } catch (cause) {
    throw bad(cause);
  }
}
