import { Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import type { RowValues, TableReader, TableSink, TableSource } from "./table.ts";

interface DelimitedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

export const readCsv: TableReader = (source, sink) => readDelimited(source, sink, ",");
export const readTsv: TableReader = (source, sink) => readDelimited(source, sink, "\t");

/** CSV (RFC 4180) and TSV: a header row, quoted cells that may hold delimiters and line breaks, any line ending. */
async function readDelimited({ file, text }: TableSource, sink: TableSink, delimiter: string): Promise<void> {
  const parser = parse({ delimiter, info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: limitOf("line") });
  const records = Readable.from(text).on("error", (error) => parser.destroy(error)).pipe(parser) as AsyncIterable<DelimitedRecord>;
  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of records) {
      // The parser counts the last line of a record; a cell's own line breaks lead back to its first.
      const row = info.lines - record.reduce((count, cell) => count + lineBreaks(cell), 0);
      if (header === undefined) {
        header = checkedHeader(file, record);
        sink.columns(header.filter((column) => column !== ""));
      } else if (record.length !== header.length) sink.problem({ file, row, reason: `it has ${record.length} cells where the header has ${header.length}` });
      else {
        const waiting = sink.row(row, valuesOf(header, record));
        if (waiting) await waiting;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === "CSV_MAX_RECORD_SIZE") throw new UserError("data", `${file}:${String(error["lines"])}: a row has ${beyondLimit("line", "characters")}.`, "Look whether a quoted cell is closed.", { cause: error });
    throw new UserError("data", `${file} cannot be read as a table: ${error.message}`, "Write a quote inside a quoted cell twice, and close every quoted cell.", { cause: error });
  }
  if (header === undefined) sink.columns([]);
}

function valuesOf(header: readonly string[], record: readonly string[]): RowValues {
  return Object.fromEntries(header.map((column, index) => [column, record[index]]));
}

function checkedHeader(file: string, record: readonly string[]): readonly string[] {
  const header = record.map((cell) => cell.trim());
  const seen = new Set<string>();
  for (const column of header) {
    if (column !== "" && seen.has(column)) throw new UserError("data", `${file} has two columns named "${column}".`, "Rename one of them in its header.");
    seen.add(column);
  }
  return header;
}

function lineBreaks(cell: string): number {
  return cell.match(/\r\n|\n|\r/g)?.length ?? 0;
}
