import { Readable } from "node:stream";
import { type Info, type Options, parse } from "csv-parse";

export { CsvError } from "csv-parse";

/** A row of a table as text: its cells, and the position of the reader behind it. */
export interface DelimitedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

/** Parses CSV or a format like it, with the option `info` of `csv-parse`. Throws `CsvError`. */
export function parseDelimited(text: AsyncIterable<string>, options: Options): AsyncIterable<DelimitedRecord> {
  const parser = parse({ ...options, info: true });
  return Readable.from(text)
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);
}
