import { PageNumbers } from "./page-numbers.ts";
import { pageBytes, type PagePool } from "./page-pool.ts";

/** Bytes in the pages of a pool, by their offset from the first. */
export class PagedBytes {
  readonly #pool: PagePool;
  readonly #pages: PageNumbers;
  #length = 0;

  constructor(pool: PagePool) {
    this.#pool = pool;
    this.#pages = new PageNumbers(pool);
  }

  get length(): number {
    return this.#length;
  }

  /** Writes at the end. */
  append(bytes: Uint8Array): void {
    const offset = this.#length;
    this.#length += bytes.length;
    while (this.#pages.length * pageBytes < this.#length) this.#pages.add();
    for (let done = 0; done < bytes.length;) {
      const at = (offset + done) % pageBytes;
      const count = Math.min(pageBytes - at, bytes.length - done);
      const page = this.#pageOf(offset + done);
      page.bytes.set(bytes.subarray(done, done + count), at);
      page.isChanged = true;
      done += count;
    }
  }

  /** Fills `into` with the bytes from an offset. */
  read(offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length;) {
      const at = (offset + done) % pageBytes;
      const count = Math.min(pageBytes - at, into.length - done);
      into.set(this.#pageOf(offset + done).bytes.subarray(at, at + count), done);
      done += count;
    }
  }

  #pageOf(offset: number): ReturnType<PagePool["page"]> {
    return this.#pool.page(this.#pages.at(Math.floor(offset / pageBytes)));
  }
}
