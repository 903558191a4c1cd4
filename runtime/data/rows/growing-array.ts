type NumberArray = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** Numbers that are appended one by one, in a typed array that doubles. */
export class GrowingArray<Numbers extends NumberArray> {
  readonly #make: (length: number) => Numbers;
  #values: Numbers;
  #length = 0;

  constructor(make: (length: number) => Numbers) {
    this.#make = make;
    this.#values = make(64);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = this.#make(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** NaN beyond the end. */
  at(index: number): number {
    return index < this.#length ? (this.#values[index] ?? Number.NaN) : Number.NaN;
  }

  /** The numbers so far, as a view. */
  view(): Numbers {
    return this.#values.subarray(0, this.#length) as Numbers;
  }
}
