import type { NumberList } from "../lists/number-list.ts";
import type { PagedBytes } from "../lists/paged-bytes.ts";
import { isPaged, type ListMemory, type PagedLists } from "../lists/list-memory.ts";
import { type StoredData, type StoredFeature, featureStore, slotsOf } from "./feature-store.ts";

/** The encoded features of many rows. */
export interface FeatureRows {
  readonly features: readonly StoredFeature[];
  readonly rows: number;
  /** One array for each feature of a row, to encode the row into; `put` then stores them. */
  open(row: number): readonly StoredData[];
  put(row: number, slots: readonly StoredData[]): void;
  /** The features of a row. They are valid until the next call. */
  slots(row: number): readonly StoredData[];
}

/** Space for the features of this many rows, in `memory`. */
export function featureRows(features: readonly StoredFeature[], rows: number, memory: ListMemory): FeatureRows {
  return isPaged(memory) ? new PagedFeatures(features, rows, memory) : heapFeatures(features, rows);
}

/** Rows are encoded directly into the arrays that keep them. */
function heapFeatures(features: readonly StoredFeature[], rows: number): FeatureRows {
  const store = featureStore(features, rows);
  return { features, rows, open: (row) => slotsOf(store, row), put: () => {}, slots: (row) => slotsOf(store, row) };
}

/**
 * The features of a row are stored as one span of bytes, each feature without its trailing zeros, so that a short text
 * takes few bytes.
 */
class PagedFeatures implements FeatureRows {
  readonly features: readonly StoredFeature[];
  readonly rows: number;
  readonly #bytes: PagedBytes;
  /** The offset of each row's span. Rows may be stored in any order. */
  readonly #starts: NumberList;
  /** The features of the row that was read last. */
  readonly #slots: readonly StoredData[];
  readonly #head = new DataView(new ArrayBuffer(4));

  constructor(features: readonly StoredFeature[], rows: number, memory: PagedLists) {
    this.features = features;
    this.rows = rows;
    this.#bytes = memory.bytes();
    this.#starts = memory.numbers("float64", rows);
    this.#slots = this.open();
  }

  /** Returns new arrays, because several rows may be open at a time. */
  open(): readonly StoredData[] {
    return slotsOf(featureStore(this.features, 1), 0);
  }

  put(row: number, slots: readonly StoredData[]): void {
    this.#starts.set(row, this.#bytes.length);
    for (const slot of slots) {
      const bytes = bytesOf(slot);
      const length = bytes.findLastIndex((byte) => byte !== 0) + 1;
      this.#head.setUint32(0, length);
      this.#bytes.append(bytesOf(this.#head));
      this.#bytes.append(bytes.subarray(0, length));
    }
  }

  slots(row: number): readonly StoredData[] {
    let at = this.#starts.at(row);
    for (const slot of this.#slots) {
      this.#bytes.read(at, bytesOf(this.#head));
      const length = this.#head.getUint32(0);
      const bytes = bytesOf(slot);
      at += this.#head.byteLength;
      this.#bytes.read(at, bytes.subarray(0, length));
      bytes.fill(0, length);
      at += length;
    }
    return this.#slots;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredData | DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
