import type { PagePool } from "./page-pool.ts";

/** The number of pages reserved together, a mebibyte: the index of a list then takes eight bytes per mebibyte. */
const reservedPages = 64;

/** The numbers of a list's pages in the pool, by their index in the list. */
export class PageNumbers {
  readonly #pool: PagePool;
  /** The first number of each reservation. */
  readonly #firsts: number[] = [];
  #length = 0;

  constructor(pool: PagePool) {
    this.#pool = pool;
  }

  /** The number of pages. */
  get length(): number {
    return this.#length;
  }

  /** Adds a page of zeros. */
  add(): void {
    if (this.#length % reservedPages === 0) this.#firsts.push(this.#pool.reserve(reservedPages));
    this.#length += 1;
    this.#pool.add(this.at(this.#length - 1));
  }

  at(index: number): number {
    const first = this.#firsts[Math.floor(index / reservedPages)];
    if (first === undefined || index >= this.#length) throw new Error(`there is no page ${index}`);
    return first + (index % reservedPages);
  }
}
