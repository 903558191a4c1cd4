import { GrowingArray } from "./growing-array.ts";
import type { NumberKind, NumberList } from "./number-list.ts";
import { PageFile } from "./page-file.ts";
import { PagePool } from "./page-pool.ts";
import { PagedBytes } from "./paged-bytes.ts";
import { PagedNumbers } from "./paged-numbers.ts";

/** Where lists are kept that have something for each row. */
export interface ListMemory {
  /** A list that begins with so many zeros. */
  numbers(kind: NumberKind, length?: number): NumberList;
  /** Bytes that are not in memory as a whole; absent where everything is. */
  readonly bytes?: () => PagedBytes;
}

/** Memory that does not hold all of a list. */
export type PagedLists = Required<ListMemory>;

export function isPaged(memory: ListMemory): memory is PagedLists {
  return memory.bytes !== undefined;
}

/** All of every list is in memory. */
export const wholeMemory: ListMemory = {
  numbers: (kind, length) => new GrowingArray(kind, length),
};

/** The share of the memory that pages take. Half of the rest is for what is read at once from a file, half for what is counted and compared. */
const shareOfPages = 1 / 2;

/** What is kept of a data set that declares how much memory it may take: so many bytes are in memory, and all of it is in a file. */
export class PagedMemory implements PagedLists {
  /** For a part of a file that is read at once: a quarter of the bytes that were declared. */
  readonly partBytes: number;
  /** For what is counted or compared while the data set is looked through: a quarter of the bytes that were declared. */
  readonly countingBytes: number;
  readonly #pool: PagePool;

  constructor(folder: string, most: number) {
    this.partBytes = most / 4;
    this.countingBytes = most / 4;
    this.#pool = new PagePool(new PageFile(folder), shareOfPages * most);
  }

  /** Bytes in the file, whether they are in memory or not. */
  get fileBytes(): number {
    return this.#pool.bytes;
  }

  /** Bytes of it that are in memory, now and at most. */
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
