import { Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { UserError } from "../../user-error.ts";
import type { DataProblem } from "../data.ts";
import type { Table, TableReader, TableRow, TableSource } from "./table.ts";

interface DelimitedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

export const readCsv: TableReader = (source) => readDelimited(source, ",");
export const readTsv: TableReader = (source) => readDelimited(source, "\t");

/** CSV (RFC 4180) and TSV: a header row, quoted cells that may hold delimiters and line breaks, any line ending. */
async function readDelimited({ file, text }: TableSource, delimiter: string): Promise<Table> {
  const parser = parse({ delimiter, info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  const records = Readable.from(text).on("error", (error) => parser.destroy(error)).pipe(parser) as AsyncIterable<DelimitedRecord>;
  let header: readonly string[] | undefined;
  const rows: TableRow[] = [];
  const problems: DataProblem[] = [];
  try {
    for await (const { record, info } of records) {
      // The parser counts the last line of a record; a cell's own line breaks lead back to its first.
      const row = info.lines - record.reduce((count, cell) => count + lineBreaks(cell), 0);
      if (header === undefined) header = checkedHeader(file, record);
      else if (record.length !== header.length) problems.push({ file, row, reason: `it has ${record.length} cells where the header has ${header.length}` });
      else rows.push({ row, values: Object.fromEntries(header.map((column, index) => [column, record[index]])) });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError("data", `${file} cannot be read as a table: ${error.message}`, "Write a quote inside a quoted cell twice, and close every quoted cell.", { cause: error });
  }
  return { file, columns: (header ?? []).filter((column) => column !== ""), rows, problems };
}

function checkedHeader(file: string, record: readonly string[]): readonly string[] {
  const header = record.map((cell) => cell.trim());
  const twice = header.find((column, index) => column !== "" && header.indexOf(column) !== index);
  if (twice !== undefined) throw new UserError("data", `${file} has two columns named "${twice}".`, "Rename one of them in its header.");
  return header;
}

function lineBreaks(cell: string): number {
  return cell.match(/\r\n|\n|\r/g)?.length ?? 0;
}
