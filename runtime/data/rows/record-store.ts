import { type Split, splitNames } from "../data.ts";
import type { PagedMemory } from "../lists/list-memory.ts";
import type { NumberList } from "../lists/number-list.ts";
import type { PagedBytes } from "../lists/paged-bytes.ts";
import { type RowValues, cellOf } from "../tables/table.ts";
import { splitAt } from "./column-store.ts";
import { RecordReader, RecordWriter } from "./row-record.ts";
import type { KeptColumns, RowFacts, RowStore } from "./row-store.ts";

/** A row that was read from the file. */
interface OpenRecord {
  readonly row: number;
  readonly number: number;
  readonly weight: number;
  readonly source: number;
  readonly cells: ReadonlyMap<string, unknown>;
}

/** Rows in a file, one record each. A limited part of them is in memory. */
export class RecordStore implements RowStore {
  readonly #kept: KeptColumns;
  readonly #columns: string[] = [];
  readonly #indices = new Map<string, number>();
  readonly #records: PagedBytes;
  /** The offset of each record's end. */
  readonly #ends: NumberList;
  readonly #splits: NumberList;
  readonly #writer = new RecordWriter();
  /** The row that was read last, because its cells are asked for one after another. */
  #open: OpenRecord | undefined;

  constructor(kept: KeptColumns, memory: PagedMemory) {
    this.#kept = kept;
    this.#records = memory.bytes();
    this.#ends = memory.numbers("float64");
    this.#splits = memory.numbers("uint8");
    if (kept !== "all") for (const column of kept) this.#indexOf(column);
  }

  get length(): number {
    return this.#ends.length;
  }

  get columns(): readonly string[] {
    return this.#columns;
  }

  append({ row, split, weight, source }: RowFacts & { readonly source: number }, values: RowValues): void {
    const writer = this.#writer;
    writer.begin();
    writer.number(row);
    writer.number(weight);
    writer.count(source);
    for (const column of this.#kept === "all" ? Object.keys(values) : this.#kept) {
      const value = cellOf(values, column);
      if (value === undefined) continue;
      writer.count(this.#indexOf(column));
      writer.cell(value);
    }
    this.#records.append(writer.bytes());
    this.#ends.push(this.#records.length);
    this.#splits.push(splitNames.indexOf(split));
  }

  cell(row: number, column: string): unknown {
    return this.#record(row).cells.get(column);
  }

  number(row: number): number {
    return this.#record(row).number;
  }

  split(row: number): Split {
    return splitAt(this.#splits.at(row), row);
  }

  weight(row: number): number {
    return this.#record(row).weight;
  }

  source(row: number): number {
    return this.#record(row).source;
  }

  moveToValidation(row: number): void {
    this.#splits.set(row, splitNames.indexOf("validation"));
  }

  #indexOf(column: string): number {
    const known = this.#indices.get(column);
    if (known !== undefined) return known;
    const index = this.#columns.push(column) - 1;
    this.#indices.set(column, index);
    return index;
  }

  #record(row: number): OpenRecord {
    if (this.#open?.row === row) return this.#open;
    const start = row === 0 ? 0 : this.#ends.at(row - 1);
    const reader = new RecordReader(this.#records.read(start, this.#ends.at(row) - start));
    const [number, weight, source] = [reader.number(), reader.number(), reader.count()];
    const cells = new Map<string, unknown>();
    while (!reader.isDone) {
      const column = this.#columns[reader.count()] ?? "";
      cells.set(column, reader.cell());
    }
    this.#open = { row, number, weight, source, cells };
    return this.#open;
  }
}
