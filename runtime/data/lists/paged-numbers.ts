import { type NumberKind, type NumberList, numberArrays } from "./number-list.ts";
import { PageNumbers } from "./page-numbers.ts";
import { type Page, pageBytes, type PagePool } from "./page-pool.ts";

/** Numbers in the pages of a pool. The most recently used page is tried first, since lists are mostly read in order. */
export class PagedNumbers implements NumberList {
  readonly #pool: PagePool;
  readonly #kind: NumberKind;
  readonly #inPage: number;
  readonly #pages: PageNumbers;
  #length: number;
  #last: Page | undefined;
  /** The numbers of that page. */
  #numbers: InstanceType<(typeof numberArrays)[NumberKind]> = new Uint8Array(0);

  /** Starts with `length` zeros. */
  constructor(pool: PagePool, kind: NumberKind, length = 0) {
    this.#pool = pool;
    this.#kind = kind;
    this.#inPage = pageBytes / numberArrays[kind].BYTES_PER_ELEMENT;
    this.#pages = new PageNumbers(pool);
    this.#length = length;
    while (this.#pages.length * this.#inPage < length) this.#pages.add();
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const index = this.#length;
    if (index === this.#pages.length * this.#inPage) this.#pages.add();
    this.#length += 1;
    this.set(index, value);
  }

  at(index: number): number {
    if (!(index < this.#length)) return Number.NaN;
    this.#open(index);
    return this.#numbers[index % this.#inPage] ?? Number.NaN;
  }

  set(index: number, value: number): void {
    const page = this.#open(index);
    page.isChanged = true;
    this.#numbers[index % this.#inPage] = value;
  }

  #open(index: number): Page {
    const number = this.#pages.at(Math.floor(index / this.#inPage));
    const last = this.#last;
    if (last?.number === number) {
      last.wasUsed = true;
      return last;
    }
    const page = this.#pool.page(number);
    if (page !== last) this.#numbers = new numberArrays[this.#kind](page.bytes.buffer);
    this.#last = page;
    return page;
  }
}
