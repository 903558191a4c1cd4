import { pageBytes, type PagePool } from "./page-pool.ts";

/** Bytes in the pages of a pool, by their offset from the first. */
export class PagedBytes {
  readonly #pool: PagePool;
  readonly #pages: number[] = [];
  #length = 0;

  constructor(pool: PagePool) {
    this.#pool = pool;
  }

  get length(): number {
    return this.#length;
  }

  /** Writes at the end. */
  append(bytes: Uint8Array): void {
    this.write(this.#length, bytes);
  }

  /** Writes at an offset, which may be beyond the end; bytes between are zero. */
  write(offset: number, bytes: Uint8Array): void {
    this.#length = Math.max(this.#length, offset + bytes.length);
    while (this.#pages.length * pageBytes < this.#length) this.#pages.push(this.#pool.add());
    this.#eachPart(offset, bytes.length, (page, at, start, count) => {
      const { bytes: held } = page;
      held.set(bytes.subarray(start, start + count), at);
      page.isChanged = true;
    });
  }

  /** Copies `length` bytes from an offset. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#eachPart(offset, length, (page, at, start, count) => {
      bytes.set(page.bytes.subarray(at, at + count), start);
    });
    return bytes;
  }

  /**
   * Visits the pages of a span of bytes, with the offset in the page, the offset in the span, and the length of each
   * part.
   */
  #eachPart(
    offset: number,
    length: number,
    visit: (page: ReturnType<PagePool["page"]>, at: number, start: number, count: number) => void,
  ): void {
    for (let start = 0; start < length;) {
      const position = offset + start;
      const at = position % pageBytes;
      const count = Math.min(pageBytes - at, length - start);
      const number = this.#pages[Math.floor(position / pageBytes)];
      if (number === undefined) throw new Error(`there are no bytes at ${position}`);
      visit(this.#pool.page(number), at, start, count);
      start += count;
    }
  }
}
