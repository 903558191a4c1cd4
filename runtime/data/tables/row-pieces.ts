import type { DataProblem } from "../data.ts";
import type { Delimiter, RowValues, TableRow, TableSink } from "./table.ts";

/** Consecutive rows of a table. */
export interface TablePiece {
  /** The columns that are known so far, from the header or from the rows up to these. */
  readonly columns: readonly string[];
  readonly files: readonly string[];
  /** The delimiter of a text file's cells. */
  readonly delimiter?: Delimiter;
  readonly rows: readonly TableRow[];
  readonly problems: readonly DataProblem[];
}

/** Ends the reading of a table when its consumer has stopped. */
class Stopped extends Error {}

/** The rows of a table, `size` at a time. The reader waits until they are consumed. */
export async function* rowPieces(read: (sink: TableSink) => Promise<void>, size: number): AsyncGenerator<TablePiece> {
  const columns = new Set<string>();
  let files: readonly string[] = [];
  let delimiter: Delimiter | undefined;
  let rows: TableRow[] = [];
  let problems: DataProblem[] = [];
  const [filled, taken] = [new Turn(), new Turn()];
  const sink: TableSink = {
    columns: (names, named = [], traits = {}) => {
      delimiter = traits.delimiter?.found;
      for (const name of names) columns.add(name);
      files = named;
    },
    row: (row: number, values: RowValues) => {
      rows.push({ row, values });
      if (rows.length < size) return undefined;
      filled.give();
      return taken.wait();
    },
    problem: (problem) => void problems.push(problem),
  };
  let isDone = false;
  let failure: unknown;
  const reading = read(sink).then(
    () => {
      isDone = true;
      filled.give();
    },
    (error: unknown) => {
      [isDone, failure] = [true, error];
      filled.give();
    },
  );
  try {
    for (;;) {
      await filled.wait();
      if (failure !== undefined) throw failure;
      // A table of objects may have no header.
      for (const { values } of rows) for (const column of Object.keys(values)) columns.add(column);
      if (rows.length > 0 || problems.length > 0)
        yield { columns: [...columns], files, rows, problems, ...(delimiter === undefined ? {} : { delimiter }) };
      [rows, problems] = [[], []];
      if (isDone) return;
      taken.give();
    }
  } finally {
    taken.stop(new Stopped("the rows have no reader"));
    await reading;
  }
}

/** Lets one side wait for the other, one turn at a time. */
class Turn {
  #given = false;
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #end: Error | undefined;

  give(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting.resolve();
    else this.#given = true;
  }

  wait(): Promise<void> {
    if (this.#end) return Promise.reject(this.#end);
    if (this.#given) {
      this.#given = false;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Makes all current and later calls of `wait` fail. */
  stop(error: Error): void {
    this.#end = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
