import { counted } from "../../../compiler/counted.ts";
import { CsvError, parseDelimited } from "../../host/delimited.ts";
import { UserError } from "../../user-error.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { sniffDelimiter } from "./sniff-delimiter.ts";
import {
  type Delimiter,
  type RowValues,
  type TableReader,
  type TableSink,
  type TableSource,
  delimiters,
} from "./table.ts";

export const readCsv: TableReader = (source, sink) => readDelimited(source, sink, "comma");
export const readTsv: TableReader = (source, sink) => readDelimited(source, sink, "tab");

/**
 * Reads CSV (RFC 4180) and TSV: a header row, and quoted cells that may contain delimiters and line breaks. Each line
 * may have another line ending.
 */
async function readDelimited(
  { file, text: given, delimiter: declared }: TableSource,
  sink: TableSink,
  usual: Delimiter,
): Promise<void> {
  const { delimiter, text } =
    declared === undefined ? await sniffDelimiter(given, usual) : { delimiter: declared, text: given };
  const records = parseDelimited(text, {
    delimiter: delimiters[delimiter],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: limitOf("line"),
    record_delimiter: ["\r\n", "\n", "\r"],
  });
  let header: readonly string[] | undefined;
  const lines = new LineNumbers();
  try {
    for await (const { record, info } of records) {
      const row = lines.firstOf(record, info.lines);
      if (header === undefined) {
        header = checkedHeader(file, record);
        sink.columns(
          header.filter((column) => column !== ""),
          undefined,
          { delimiter: { found: delimiter, usual } },
        );
      } else if (record.length !== header.length)
        sink.problem({
          file,
          row,
          reason: `it has ${counted(record.length, "cell")} where the header has ${header.length}`,
        });
      else {
        const waiting = sink.row(row, valuesOf(header, record));
        if (waiting) await waiting;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === "CSV_MAX_RECORD_SIZE")
      throw new UserError(
        "data",
        `${file}:${String(error["lines"])}: a row has ${beyondLimit("line", "characters")}.`,
        "Check that every quoted cell is closed.",
        { cause: error },
      );
    throw new UserError(
      "data",
      `${file} cannot be read as a table: ${error.message}`,
      "Write a quote inside a quoted cell twice, and close every quoted cell.",
      { cause: error },
    );
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
    if (column !== "" && seen.has(column))
      throw new UserError("data", `${file} has two columns named "${column}".`, "Rename one of them in its header.");
    seen.add(column);
  }
  return header;
}

/**
 * Numbers the lines of records as editors do. The parser reports the last line of a record, and counts a CRLF within
 * its cells twice.
 */
class LineNumbers {
  #countedTwice = 0;

  firstOf(record: readonly string[], lastLine: number): number {
    const last = lastLine - this.#countedTwice;
    let within = 0;
    for (const cell of record) {
      within += occurrences(cell, "\n") + occurrences(cell, "\r");
      this.#countedTwice += occurrences(cell, "\r\n");
    }
    return last - within;
  }
}

function occurrences(cell: string, of: string): number {
  let count = 0;
  for (let at = cell.indexOf(of); at >= 0; at = cell.indexOf(of, at + of.length)) count += 1;
  return count;
}
