import { GrowingArray } from "../lists/growing-array.ts";
import type { NumberList } from "../lists/number-list.ts";
import type { TextArena } from "./text-arena.ts";

/** The way a cell is kept: as a number, by its index in the list of values, or by its offset in the arena of texts. */
const asNumber = 0;
const asValue = 1;
const asText = 2;

/** The number of different short texts that are kept once each, such as the categories of a column. */
const mostKnown = 4096;
const longestKnown = 64;

/**
 * The cells of one column by row, in compact form. A number takes nine bytes, and so does a text that is among the
 * short frequent ones; any other text takes its own bytes in addition. Rows are set in ascending order; a skipped row
 * lacks the cell, and takes no memory.
 */
export class CellColumn {
  readonly #kinds = new GrowingArray("uint8");
  readonly #slots = new GrowingArray("float64");
  readonly #values: unknown[] = [];
  readonly #known = new Map<unknown, number>();
  readonly #texts: TextArena;
  /** The row of each cell, once a row was skipped. Until then, the index of a cell is its row. */
  #rows: GrowingArray | undefined;

  /** The columns of one table share an arena. */
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
    // A column with more different texts has no categories, so that looking each text up would gain no memory.
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

/** The index of a row in an ascending list; `undefined` if it is not there. */
function placeOf(rows: NumberList, row: number): number | undefined {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (rows.at(middle) < row) from = middle + 1;
    else to = middle;
  }
  return rows.at(from) === row ? from : undefined;
}
