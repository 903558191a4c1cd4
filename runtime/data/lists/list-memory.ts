import { GrowingArray } from "./growing-array.ts";
import type { NumberKind, NumberList } from "./number-list.ts";
import { PageFile } from "./page-file.ts";
import { PagePool } from "./page-pool.ts";
import { PagedBytes } from "./paged-bytes.ts";
import { PagedNumbers } from "./paged-numbers.ts";

/** Creates the lists that have an entry for each row, in memory or in a file. */
export interface ListMemory {
  /** A list that starts with `length` zeros. */
  numbers(kind: NumberKind, length?: number): NumberList;
  /** Creates bytes that are not in memory as a whole; absent if everything is in memory. */
  readonly bytes?: () => PagedBytes;
}

/** Lists that are not in memory as a whole. */
export type PagedLists = Required<ListMemory>;

export function isPaged(memory: ListMemory): memory is PagedLists {
  return memory.bytes !== undefined;
}

/** Keeps every list in memory. */
export const wholeMemory: ListMemory = {
  numbers: (kind, length) => new GrowingArray(kind, length),
};

/**
 * The fraction of the memory for pages. Half of the rest is for the part of a file that is read at once, half for
 * counting and comparing.
 */
const shareOfPages = 1 / 2;

/**
 * The memory of a data set that declares a limit: at most that many bytes are in memory, and all rows are in a file.
 */
export class PagedMemory implements PagedLists {
  /** The limit for a part of a file that is read at once: a quarter of the declared bytes. */
  readonly partBytes: number;
  /** The limit for counting and comparing while the data set is read through: a quarter of the declared bytes. */
  readonly countingBytes: number;
  readonly #pool: PagePool;

  constructor(folder: string, most: number) {
    this.partBytes = most / 4;
    this.countingBytes = most / 4;
    this.#pool = new PagePool(new PageFile(folder), shareOfPages * most);
  }

  /** The number of bytes in the file, in memory or not. */
  get fileBytes(): number {
    return this.#pool.bytes;
  }

  /** The number of its bytes that are in memory; it never falls. */
  get heldBytes(): number {
    return this.#pool.heldBytes;
  }

  numbers(kind: NumberKind, length?: number): NumberList {
    return new PagedNumbers(this.#pool, kind, length);
  }

  bytes(): PagedBytes {
    return new PagedBytes(this.#pool);
  }

  close(): void {
    this.#pool.close();
  }
}
