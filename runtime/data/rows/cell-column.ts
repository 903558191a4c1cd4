import { GrowingArray } from "../lists/growing-array.ts";
import type { NumberList } from "../lists/number-list.ts";
import type { TextArena } from "./text-arena.ts";

/** How a cell is kept: as a number, by its place among the values that are kept as they are, or by its place in the arena. */
const asNumber = 0;
const asValue = 1;
const asText = 2;

/** So many different short texts are kept once each: the categories of a column. */
const mostKnown = 4096;
const longestKnown = 64;

/**
 * The cells of one column by row, compactly: a number takes nine bytes, a text of a few kinds too, another one its bytes besides. Rows are set in their order; a
 * row that is passed over lacks the cell, and costs nothing.
 */
export class CellColumn {
  readonly #kinds = new GrowingArray("uint8");
  readonly #slots = new GrowingArray("float64");
  readonly #values: unknown[] = [];
  readonly #known = new Map<unknown, number>();
  readonly #texts: TextArena;
  /** The rows of the cells, from when one was passed over; before, a cell's place is its row. */
  #rows: GrowingArray | undefined;

  /** Columns of one table share an arena. */
  constructor(texts: TextArena) {
    this.#texts = texts;
  }

  set(row: number, value: unknown): void {
    if (value === undefined) return;
    this.#place(row);
    if (typeof value === "number") this.#push(asNumber, value);
    else if (typeof value === "string") this.#pushText(value);
    else if (value === null || typeof value === "boolean") this.#push(asValue, this.#knownAt(value));
    else this.#push(asValue, this.#values.push(value) - 1);
  }

  at(row: number): unknown {
    const place = this.#rows === undefined ? row : placeOf(this.#rows, row);
    if (place === undefined || place >= this.#kinds.length) return undefined;
    const slot = this.#slots.at(place);
    switch (this.#kinds.at(place)) {
      case asNumber:
        return slot;
      case asValue:
        return this.#values[slot];
      default:
        return this.#texts.at(slot);
    }
  }

  #place(row: number): void {
    const count = this.#kinds.length;
    if (this.#rows === undefined && row === count) return;
    if (this.#rows === undefined) {
      this.#rows = new GrowingArray("uint32");
      for (let before = 0; before < count; before++) this.#rows.push(before);
    }
    this.#rows.push(row);
  }

  #pushText(text: string): void {
    // A column of more kinds is none of categories: to look each text up would be for nothing.
    const known = text.length <= longestKnown && this.#known.size < mostKnown;
    if (known) this.#push(asValue, this.#knownAt(text));
    else this.#push(asText, this.#texts.add(text));
  }

  #knownAt(value: unknown): number {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const at = this.#values.push(value) - 1;
    this.#known.set(value, at);
    return at;
  }

  #push(kind: number, slot: number): void {
    this.#kinds.push(kind);
    this.#slots.push(slot);
  }
}

/** The place of a row in an ascending list. */
function placeOf(rows: NumberList, row: number): number | undefined {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (rows.at(middle) < row) from = middle + 1;
    else to = middle;
  }
  return rows.at(from) === row ? from : undefined;
}
