import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { UserError } from "../../user-error.ts";
import { plainRow } from "./plain-cell.ts";
import type { Table, TableSource } from "./table.ts";

/** Parquet, of any compression. Its rows are counted from 1. Columns of bytes that the file does not call text stay bytes: pictures, say. */
export async function readParquet({ file, path }: TableSource): Promise<Table> {
  try {
    const source = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(source);
    const objects = await parquetReadObjects({ file: source, metadata, compressors, utf8: false });
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    return { file, columns, rows: objects.map((values, index) => ({ row: index + 1, values: plainRow(values) })), problems: [] };
  } catch (cause) {
    throw new UserError("data", `${file} cannot be read as Parquet: ${(cause as Error).message}.`, "Look whether the file is whole; Parquet files are not to be compressed besides.", { cause });
  }
}
