import { type Split, splitNames } from "../data.ts";
import { GrowingArray } from "../lists/growing-array.ts";
import { type RowValues, cellOf } from "../tables/table.ts";
import { CellColumn } from "./cell-column.ts";
import type { KeptColumns, RowFacts, RowStore } from "./row-store.ts";
import { TextArena } from "./text-arena.ts";

/** Rows in memory, by column. */
export class ColumnStore implements RowStore {
  readonly #kept: KeptColumns;
  readonly #texts = new TextArena();
  readonly #columns = new Map<string, CellColumn>();
  readonly #sources = new GrowingArray("uint32");
  readonly #numbers = new GrowingArray("float64");
  readonly #splits = new GrowingArray("uint8");
  readonly #weights = new CellColumn(this.#texts);

  constructor(kept: KeptColumns) {
    this.#kept = kept;
    if (kept !== "all") for (const column of kept) this.#columns.set(column, new CellColumn(this.#texts));
  }

  get length(): number {
    return this.#numbers.length;
  }

  get columns(): readonly string[] {
    return [...this.#columns.keys()];
  }

  append({ row, split, weight }: RowFacts, source: number, values: RowValues): void {
    const at = this.length;
    if (this.#kept === "all")
      for (const column of Object.keys(values))
        if (!this.#columns.has(column)) this.#columns.set(column, new CellColumn(this.#texts));
    if (this.#kept === "all")
      for (const [column, value] of Object.entries(values)) this.#columns.get(column)?.set(at, value);
    else for (const [column, cells] of this.#columns) cells.set(at, cellOf(values, column));
    if (weight !== 1) this.#weights.set(at, weight);
    this.#sources.push(source);
    this.#numbers.push(row);
    this.#splits.push(splitNames.indexOf(split));
  }

  cell(row: number, column: string): unknown {
    return this.#columns.get(column)?.at(row);
  }

  number(row: number): number {
    return this.#numbers.at(row);
  }

  split(row: number): Split {
    return splitAt(this.#splits.at(row), row);
  }

  weight(row: number): number {
    return (this.#weights.at(row) as number | undefined) ?? 1;
  }

  source(row: number): number {
    return this.#sources.at(row);
  }

  moveToValidation(row: number): void {
    this.#splits.set(row, splitNames.indexOf("validation"));
  }
}

/** The split that a store encodes as this index. */
export function splitAt(index: number, row: number): Split {
  const split = splitNames[index];
  if (split === undefined) throw new Error(`there is no row ${row}`);
  return split;
}
