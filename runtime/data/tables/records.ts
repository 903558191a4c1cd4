import type { RowValues, TableSink } from "./table.ts";

export function isRecord(value: unknown): value is RowValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A row of JSON: an object, or a value that is a row of one column; nothing where it is neither. */
export function recordOf(value: unknown, valueColumn: string | undefined): RowValues | undefined {
  if (isRecord(value)) return value;
  return valueColumn === undefined || value === undefined ? undefined : { [valueColumn]: value };
}

/** Objects need not all have the same keys: the columns are those that any has. */
export class RecordColumns {
  readonly #columns = new Set<string>();

  see(values: RowValues): void {
    for (const column of Object.keys(values)) this.#columns.add(column);
  }

  tell(sink: TableSink): void {
    sink.columns([...this.#columns]);
  }
}
