import { stat } from "../../host/files.ts";
import { type RowValues } from "../tables/table.ts";
import { streamRows } from "../tables/read-table.ts";

/** A column of a table with the first different values that it has. */
export interface ColumnSample {
  readonly name: string;
  readonly values: readonly string[];
}

const MOST_VALUES = 5;
const ROWS_READ = 20;
const LONGEST_VALUE = 40;
/** JSON that is one value, and a group of rows of Parquet, are read whole: beyond this only a header is read. */
const LARGEST_PART = 32_000_000;

/**
 * The columns of a table with a few values of each, from its header and its first rows: no more of the file is read than its format
 * demands. A file that cannot be read has none.
 */
export async function sampleColumns(path: string): Promise<readonly ColumnSample[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || (/\.json(\.gz)?$/iu.test(path) && found.size > LARGEST_PART)) return [];
  const samples = new Map<string, Set<string>>();
  let rows = 0;
  const enough = new Error("enough rows were read");
  const sampleOf = (column: string): Set<string> => {
    const known = samples.get(column) ?? new Set();
    samples.set(column, known);
    return known;
  };
  const reading = streamRows(
    { path, name: path, partBytes: LARGEST_PART },
    {
      columns: (columns) => columns.forEach(sampleOf),
      row: (_row, values) => {
        take(values, sampleOf);
        rows += 1;
        if (rows >= ROWS_READ) throw enough;
      },
      problem: () => {},
    },
  );
  // Whatever ends the reading, what was read until then is known.
  await reading.catch(() => {});
  return [...samples].map(([name, values]) => ({ name, values: [...values] }));
}

function take(row: RowValues, sampleOf: (column: string) => Set<string>): void {
  for (const [column, value] of Object.entries(row)) {
    const sample = sampleOf(column);
    const shown = shownValue(value);
    if (shown !== "" && sample.size < MOST_VALUES) sample.add(shown);
  }
}

function shownValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text =
    typeof value === "string"
      ? value
      : JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
}
