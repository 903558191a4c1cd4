import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { RowValues, TableSink, TableSource } from "./table.ts";

/** Adds rows that are objects to a sink. Their keys may differ; the columns are all keys that occur. */
export class Records {
  readonly #source: Pick<TableSource, "file" | "valueColumn">;
  readonly #sink: TableSink;
  readonly #columns = new Set<string>();

  constructor(source: Pick<TableSource, "file" | "valueColumn">, sink: TableSink) {
    this.#source = source;
    this.#sink = sink;
  }

  /**
   * Adds a row. If it cannot be read or is not an object, it is reported as a bad row. If this returns a promise, no
   * row may be added before that is settled.
   */
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
      // A bare value is a row with one column, if that is allowed.
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
