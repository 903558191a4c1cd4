import type { PageFile } from "./page-file.ts";

/** Bytes of a page: a few rows of text, or two thousand numbers. */
export const pageBytes = 2 ** 14;

/** With fewer pages, lists that are filled in parallel would evict each other's pages. */
const leastPages = 16;

/** A page in memory. It may be used while `isHeld` is true; any other access to the pool can evict it. */
export interface Page {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  isHeld: boolean;
  /** Set by whoever reads or writes the page, so that it stays in memory longer. */
  wasUsed: boolean;
  /** Set by whoever writes the page. */
  isChanged: boolean;
}

/**
 * Pages of a file, of which a limited number is in memory. About the least recently used page is evicted first: the
 * second-chance ("clock") algorithm (Corbató, 1968).
 */
export class PagePool {
  readonly #file: PageFile;
  readonly #most: number;
  readonly #held = new Map<number, Page>();
  readonly #clock: Page[] = [];
  #hand = 0;
  #pages = 0;

  /** Keeps at most `memory` bytes in memory, but at least sixteen pages. */
  constructor(file: PageFile, memory: number) {
    this.#file = file;
    this.#most = Math.max(Math.floor(memory / pageBytes), leastPages);
  }

  /** The number of bytes in memory; it never falls. */
  get heldBytes(): number {
    return this.#clock.length * pageBytes;
  }

  /** The number of bytes of all pages, in memory or not. */
  get bytes(): number {
    return this.#pages * pageBytes;
  }

  /** Adds a page of zeros and returns its number. */
  add(): number {
    const number = this.#pages;
    this.#pages += 1;
    const page = this.#hold(number);
    page.bytes.fill(0);
    page.isChanged = true;
    return number;
  }

  /** The page of this number, from memory or from the file. */
  page(number: number): Page {
    const held = this.#held.get(number);
    if (held !== undefined) {
      held.wasUsed = true;
      return held;
    }
    const page = this.#hold(number);
    this.#file.read(page.bytes, number * pageBytes);
    return page;
  }

  close(): void {
    this.#file.close();
  }

  /**
   * Returns a page for this number, in the memory of an evicted page if the pool is full. Its bytes are not
   * initialised.
   */
  #hold(number: number): Page {
    const isFull = this.#clock.length >= this.#most;
    const place = isFull ? this.#leastUsed() : this.#clock.length;
    const bytes = isFull ? this.#release(place) : new Uint8Array(pageBytes);
    const page: Page = { number, bytes, isHeld: true, wasUsed: true, isChanged: false };
    this.#clock[place] = page;
    this.#held.set(number, page);
    return page;
  }

  /** The index in the clock of the page to evict. The hand moves past it. */
  #leastUsed(): number {
    for (;;) {
      const place = this.#hand;
      this.#hand = (place + 1) % this.#clock.length;
      const page = this.#clock[place];
      if (page === undefined || !page.wasUsed) return place;
      page.wasUsed = false;
    }
  }

  #release(place: number): Uint8Array<ArrayBuffer> {
    const page = this.#clock[place];
    if (page === undefined) return new Uint8Array(pageBytes);
    if (page.isChanged) this.#file.write(page.bytes, page.number * pageBytes);
    page.isHeld = false;
    this.#held.delete(page.number);
    return page.bytes;
  }
}
