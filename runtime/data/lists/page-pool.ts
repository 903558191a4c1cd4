import type { PageFile } from "./page-file.ts";

/** Bytes of a page: a few rows of text, or two thousand numbers. */
export const pageBytes = 2 ** 14;

/** With fewer pages, lists that are filled in parallel would evict each other's pages. */
const leastPages = 16;

/**
 * The memory of a page. It holds the page that was asked for until the next access to the pool, which may load another
 * page into it; `number` is the page that it holds. These objects are never replaced, so that reading a file leaves no
 * garbage.
 */
export interface Page {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Set by whoever reads or writes the page, so that it stays in memory longer. */
  wasUsed: boolean;
  /** Set by whoever writes the page. */
  isChanged: boolean;
}

/** A page with what the pool knows of it. */
interface Frame extends Page {
  number: number;
  /** The next frame in the same bucket. */
  next: Frame | undefined;
}

/**
 * Pages of a file, of which a limited number is in memory. About the least recently used page is evicted first: the
 * second-chance ("clock") algorithm (Corbató, 1968).
 */
export class PagePool {
  readonly #file: PageFile;
  readonly #most: number;
  readonly #clock: Frame[] = [];
  /** The frames by page number modulo the number of buckets: a hash table of fixed size. */
  readonly #buckets: (Frame | undefined)[];
  #hand = 0;
  #reserved = 0;
  #added = 0;

  /** Keeps at most `memory` bytes in memory, but at least sixteen pages. */
  constructor(file: PageFile, memory: number) {
    this.#file = file;
    this.#most = Math.max(Math.floor(memory / pageBytes), leastPages);
    this.#buckets = Array.from({ length: this.#most }, () => undefined);
  }

  /** The number of bytes in memory; it never falls. */
  get heldBytes(): number {
    return this.#clock.length * pageBytes;
  }

  /** The number of bytes of all pages, in memory or not. */
  get bytes(): number {
    return this.#added * pageBytes;
  }

  /** Reserves this many consecutive page numbers and returns the first. Each page must be added before it is used. */
  reserve(pages: number): number {
    const first = this.#reserved;
    this.#reserved += pages;
    return first;
  }

  /** Adds a page of zeros under a reserved number. */
  add(number: number): void {
    const page = this.#hold(number);
    page.bytes.fill(0);
    page.isChanged = true;
    this.#added += 1;
  }

  /** The page of a number that was added, from memory or from the file. */
  page(number: number): Page {
    for (let held = this.#buckets[number % this.#most]; held !== undefined; held = held.next) {
      if (held.number !== number) continue;
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
   * Returns a frame for this number: a new one, or that of an evicted page if the pool is full. Its bytes are not
   * initialised.
   */
  #hold(number: number): Frame {
    const frame = this.#clock.length < this.#most ? this.#newFrame() : this.#leastUsed();
    if (frame.isChanged) this.#file.write(frame.bytes, frame.number * pageBytes);
    const bucket = number % this.#most;
    frame.number = number;
    frame.wasUsed = true;
    frame.isChanged = false;
    frame.next = this.#buckets[bucket];
    this.#buckets[bucket] = frame;
    return frame;
  }

  #newFrame(): Frame {
    const bytes = new Uint8Array(pageBytes);
    const frame = { number: -1, bytes, wasUsed: false, isChanged: false, next: undefined };
    this.#clock.push(frame);
    return frame;
  }

  /** Removes the frame to evict from its bucket and returns it. The hand moves past it. */
  #leastUsed(): Frame {
    for (;;) {
      const frame = this.#clock[this.#hand];
      if (frame === undefined) throw new Error("the pool has no page");
      this.#hand = (this.#hand + 1) % this.#clock.length;
      if (!frame.wasUsed) return this.#unlinked(frame);
      frame.wasUsed = false;
    }
  }

  #unlinked(frame: Frame): Frame {
    const bucket = frame.number % this.#most;
    let before = this.#buckets[bucket];
    if (before === frame) this.#buckets[bucket] = frame.next;
    while (before !== undefined && before.next !== frame) before = before.next;
    if (before !== undefined) before.next = frame.next;
    return frame;
  }
}
