import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { exactJson } from "../cells/exact-json.ts";
import { decimalCell } from "./decimal-cell.ts";
import { type DecimalScales, withStoredDecimals } from "./parquet-decimals.ts";
import { checkPart } from "./part-limit.ts";
import { plainRow } from "./plain-cell.ts";
import type { RowValues, TableSink, TableSource } from "./table.ts";

/**
 * Reads Parquet with any compression, one row group at a time. Rows are counted from 1. Columns of bytes that the
 * schema does not declare as text stay bytes, for example pictures.
 */
export async function readParquet(table: TableSource, sink: TableSink): Promise<void> {
  const { file, path, access } = table;
  const source = await readable(file, () => access.ranges(path));
  const { metadata, scales } = withStoredDecimals(await readable(file, () => parquetMetadataAsync(source)));
  sink.columns(parquetSchema(metadata).children.map(({ element }) => element.name));
  let row = 0;
  for (const group of metadata.row_groups) {
    if (group.num_rows > limitOf("rows"))
      throw new UserError(
        "data",
        `${file} has ${group.num_rows} rows in one group, ${beyondLimit("rows", "rows")}.`,
        "Write it with smaller groups of rows.",
      );
    checkPart(table, "one group of rows", Number(group.total_byte_size));
    // With the metadata of a single group, the library does not search all groups each time.
    const rows = await readable(file, () =>
      rowsOf(source, { ...metadata, row_groups: [group], num_rows: group.num_rows }),
    );
    for (const values of rows) {
      const waiting = sink.row(++row, plainRow(scales.size === 0 ? values : withDecimals(values, scales)));
      if (waiting) await waiting;
    }
  }
}

function withDecimals(values: RowValues, scales: DecimalScales): RowValues {
  return {
    ...values,
    ...Object.fromEntries([...scales].map(([column, scale]) => [column, decimalCell(values[column], scale)])),
  };
}

function rowsOf(file: AsyncBuffer, metadata: FileMetaData): Promise<readonly RowValues[]> {
  return parquetReadObjects({ file, metadata, compressors, utf8: false, parsers: { jsonFromBytes } });
}

/** Parses JSON, keeping all digits of its numbers. */
function jsonFromBytes(bytes: Uint8Array | undefined): unknown {
  return bytes && exactJson(new TextDecoder().decode(bytes));
}

async function readable<Value>(file: string, read: () => Promise<Value>): Promise<Value> {
  return read().catch((cause: unknown) => {
    throw new UserError(
      "data",
      `${file} cannot be read as Parquet: ${(cause as Error).message}.`,
      "Check that the file is complete; Parquet files must not be compressed a second time.",
      { cause },
    );
  });
}
