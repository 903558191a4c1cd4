import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { RowValues, TableSink, TableSource } from "./table.ts";

/** Rows that are objects with keys of their own. They need not all have the same: the columns are those that any has. */
export class Records {
  readonly #source: Pick<TableSource, "file" | "valueColumn">;
  readonly #sink: TableSink;
  readonly #columns = new Set<string>();

  constructor(source: Pick<TableSource, "file" | "valueColumn">, sink: TableSink) {
    this.#source = source;
    this.#sink = sink;
  }

  /** What cannot be read, or is no row, is a bad row. Where it gives a promise, no row may come before that is settled. */
  add(row: number, read: () => unknown): Promise<void> | void {
    const record = this.#recordOf(row, read);
    if (record === undefined) return undefined;
    for (const column of Object.keys(record)) this.#columns.add(column);
    return this.#sink.row(row, record);
  }

  end(): void {
    this.#sink.columns([...this.#columns]);
  }

  #recordOf(row: number, read: () => unknown): RowValues | undefined {
    const { file, valueColumn } = this.#source;
    try {
      const values = read();
      if (isRecord(values)) return values;
      // A value alone is a row of one column, where that is allowed.
      if (valueColumn !== undefined) return { [valueColumn]: values };
      throw new UnreadableValue("it is not a JSON object");
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      this.#sink.problem({ file, row, reason: error.message });
      return undefined;
    }
  }
}

export function isRecord(value: unknown): value is RowValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
