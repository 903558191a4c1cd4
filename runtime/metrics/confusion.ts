import { argmax } from "./rank.ts";

/** Counts of (true class, predicted class). */
export class Confusion {
  readonly classes: number;
  readonly #counts: Float64Array;
  #rows = 0;

  constructor(classes: number) {
    this.classes = classes;
    this.#counts = new Float64Array(classes * classes);
  }

  add({ scores, target }: { readonly scores: Float32Array; readonly target: number }): void {
    const cell = target * this.classes + argmax(scores);
    this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
    this.#rows++;
  }

  get rows(): number {
    return this.#rows;
  }

  hits(of: number): number {
    return this.#counts[of * this.classes + of] ?? 0;
  }

  /** Rows that have each class. */
  actual(): Float64Array {
    return Float64Array.from({ length: this.classes }, (_, row) => this.#sum((column) => row * this.classes + column));
  }

  /** Rows that are given each class. */
  predicted(): Float64Array {
    return Float64Array.from({ length: this.classes }, (_, column) => this.#sum((row) => row * this.classes + column));
  }

  #sum(cellAt: (index: number) => number): number {
    let sum = 0;
    for (let index = 0; index < this.classes; index++) sum += this.#counts[cellAt(index)] ?? 0;
    return sum;
  }
}
