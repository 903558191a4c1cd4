import { Buffer } from "../../host/bytes.ts";
import { type Split, splitNames } from "../data.ts";
import type { PagedMemory } from "../lists/list-memory.ts";
import type { NumberList } from "../lists/number-list.ts";
import type { PagedBytes } from "../lists/paged-bytes.ts";
import { type RowValues, cellOf } from "../tables/table.ts";
import { splitAt } from "./column-store.ts";
import { RecordReader, RecordWriter } from "./row-record.ts";
import type { KeptColumns, RowFacts, RowStore } from "./row-store.ts";

/** The size of the buffer into which records are read. A longer record gets a buffer of its own. */
const usualBytes = 2 ** 16;

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
  readonly #usual = Buffer.alloc(usualBytes);
  /** The record that was read last, because its cells are asked for one after another. */
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

  append({ row, split, weight }: RowFacts, source: number, values: RowValues): void {
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
    const index = this.#indices.get(column);
    return index === undefined ? undefined : this.#record(row).cell(index);
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
    const length = this.#ends.at(row) - start;
    const bytes = length <= usualBytes ? this.#usual.subarray(0, length) : Buffer.alloc(length);
    this.#records.read(start, bytes);
    this.#open = new OpenRecord(row, bytes);
    return this.#open;
  }
}

/** The record of a row. A cell is decoded when it is asked for, because most readers of a row need only one. */
class OpenRecord {
  readonly row: number;
  readonly number: number;
  readonly weight: number;
  readonly source: number;
  readonly #reader: RecordReader;
  readonly #end: number;
  /** The offset of the first cell. */
  readonly #cells: number;

  constructor(row: number, record: Buffer) {
    this.row = row;
    this.#reader = new RecordReader(record);
    this.#end = record.length;
    this.number = this.#reader.number();
    this.weight = this.#reader.number();
    this.source = this.#reader.count();
    this.#cells = this.#reader.at;
  }

  /**
   * The cell of the column with this index; `undefined` if the row has none. Columns are mostly asked for in order, so
   * the search starts after the last cell that was read, and wraps around.
   */
  cell(index: number): unknown {
    const reader = this.#reader;
    const start = reader.at;
    for (; reader.at < this.#end; reader.skipCell()) if (reader.count() === index) return reader.cell();
    for (reader.seek(this.#cells); reader.at < start; reader.skipCell())
      if (reader.count() === index) return reader.cell();
    return undefined;
  }
}
