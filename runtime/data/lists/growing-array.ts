import { type NumberKind, type NumberList, numberArrays } from "./number-list.ts";

type NumberArray = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** Numbers in memory, in a typed array whose capacity doubles when it is full. */
export class GrowingArray implements NumberList {
  readonly #kind: NumberKind;
  #values: NumberArray;
  #length: number;

  /** Starts with `length` zeros. */
  constructor(kind: NumberKind, length = 0) {
    this.#kind = kind;
    this.#values = new numberArrays[kind](Math.max(length, 64));
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new numberArrays[this.#kind](2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  at(index: number): number {
    return index < this.#length ? (this.#values[index] ?? Number.NaN) : Number.NaN;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }
}
