import { CompressionType, setCompressionCodec, tableFromIPC } from "@uwdata/flechette";
import { decompressZstd } from "hyparquet-compressors";
import { UserError } from "../../user-error.ts";
import { decompressLz4Frame } from "./lz4-frame.ts";
import { plainRow } from "./plain-cell.ts";
import type { Table, TableSource } from "./table.ts";

const readOnly = (): never => {
  throw new Error("Arrow files are only read");
};
setCompressionCodec(CompressionType.ZSTD, { encode: readOnly, decode: (bytes) => decompressZstd(bytes) });
setCompressionCodec(CompressionType.LZ4_FRAME, { encode: readOnly, decode: decompressLz4Frame });

/** Arrow IPC, as a file (Feather, version 2) or as a stream. Its rows are counted from 1. */
export async function readArrow({ file, bytes }: TableSource): Promise<Table> {
  const content = await bytes();
  try {
    const table = tableFromIPC(content, { useDate: true, useBigInt: true });
    const rows = table.toArray().map((values, index) => ({ row: index + 1, values: plainRow(values) }));
    return { file, columns: table.schema.fields.map(({ name }) => name), rows, problems: [] };
  } catch (cause) {
    throw new UserError("data", `${file} cannot be read as Arrow: ${(cause as Error).message}.`, "Look whether the file is whole; of Feather, version 2 is read.", { cause });
  }
}
