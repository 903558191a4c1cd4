import type { PageFile } from "./page-file.ts";

/** Bytes of a page: a few rows of text, or two thousand numbers. */
export const pageBytes = 2 ** 14;

/** With fewer pages, lists that are filled side by side would take the memory from each other. */
const leastPages = 16;

/** A page in memory. It may be used as long as `isHeld`, which any other access to the pool can end. */
export interface Page {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  isHeld: boolean;
  /** To be set by those who read or write it: the page is then kept longer. */
  wasUsed: boolean;
  /** To be set by those who write it. */
  isChanged: boolean;
}

/**
 * Pages of a file, of which so many are in memory as are allowed. The page that has not been used for the longest time goes first, approximately: the second-chance
 * ("clock") algorithm (Corbató, 1968).
 */
export class PagePool {
  readonly #file: PageFile;
  readonly #most: number;
  readonly #held = new Map<number, Page>();
  readonly #clock: Page[] = [];
  #hand = 0;
  #pages = 0;

  /** Keeps at most `memory` bytes, but no fewer than sixteen pages. */
  constructor(file: PageFile, memory: number) {
    this.#file = file;
    this.#most = Math.max(Math.floor(memory / pageBytes), leastPages);
  }

  /** Bytes that are in memory, which never become fewer. */
  get heldBytes(): number {
    return this.#clock.length * pageBytes;
  }

  /** Bytes of all pages, in memory or not. */
  get bytes(): number {
    return this.#pages * pageBytes;
  }

  /** The number of a new page, which is all zero. */
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

  /** A page whose bytes are those of another one that is let go. */
  #hold(number: number): Page {
    const isFull = this.#clock.length >= this.#most;
    const place = isFull ? this.#leastUsed() : this.#clock.length;
    const bytes = isFull ? this.#release(place) : new Uint8Array(pageBytes);
    const page: Page = { number, bytes, isHeld: true, wasUsed: true, isChanged: false };
    this.#clock[place] = page;
    this.#held.set(number, page);
    return page;
  }

  /** Its place in the clock; the hand is behind it then. */
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
