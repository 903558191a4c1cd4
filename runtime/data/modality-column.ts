import type { ByteCache } from "./byte-cache.ts";
import type { ModalityField } from "./dataset-fields.ts";
import { copyRow, type FeatureStore, featureBytes, featureStore, slotsOf } from "./feature-store.ts";
import type { FeatureReader } from "./features/feature-reader.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import type { Fitted } from "./preprocessing.ts";
import type { DatasetRow } from "./read-dataset.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/** libuv reads files and sharp decodes on four threads, unless told otherwise. */
const concurrency = 4;

export interface ModalityColumnOptions {
  readonly reader: FeatureReader;
  readonly field: ModalityField;
  readonly rows: readonly DatasetRow[];
  readonly cache: ByteCache | undefined;
  readonly fitted: Fitted;
  /** Encoded values beyond are encoded again whenever they are asked for. */
  readonly memoryBytes: number;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

interface DistinctValue {
  readonly parsed: unknown;
  readonly references: DatasetRow["references"];
  /** Why it cannot be encoded. */
  reason: string | undefined;
}

/** What a row has of a modality: nothing, something that cannot be read, or features. */
export type CellState = { readonly kind: "missing" } | { readonly kind: "bad"; readonly reason: string } | { readonly kind: "present" };

/** The values of one modality in one data set: parsed at once, encoded by `encode`, each distinct one once. */
export class ModalityColumn {
  readonly field: ModalityField;
  readonly reader: FeatureReader;
  readonly #values: DistinctValue[] = [];
  /** Of each row: the index of its value, or why it has none. */
  readonly #cells: readonly (number | string | undefined)[];
  readonly #options: ModalityColumnOptions;
  #store: FeatureStore | undefined;

  constructor(options: ModalityColumnOptions) {
    this.#options = options;
    this.field = options.field;
    this.reader = options.reader;
    const known = new Map<unknown, number>();
    this.#cells = options.rows.map((row) => this.#parse(row, known));
  }

  #parse(row: DatasetRow, known: Map<unknown, number>): number | string | undefined {
    const { reader, field } = this.#options;
    const cells = field.columns.map((column) => row.values[column]);
    const value: unknown = cells.length === 1 ? cells[0] : cells;
    if (reader.isMissing(value, field.presence)) return undefined;
    try {
      const parsed = reader.parse(value);
      const index = known.get(parsed) ?? this.#values.push({ parsed, references: row.references, reason: undefined }) - 1;
      known.set(parsed, index);
      return index;
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      return error.message;
    }
  }

  cell(row: number): CellState {
    const cell = this.#cells[row];
    if (cell === undefined) return { kind: "missing" };
    const reason = typeof cell === "string" ? cell : this.#values[cell]?.reason;
    return reason === undefined ? { kind: "present" } : { kind: "bad", reason };
  }

  /** The parsed value of a row that has one. */
  parsed(row: number): unknown {
    const cell = this.#cells[row];
    return typeof cell === "number" ? this.#values[cell]?.parsed : undefined;
  }

  /** Encodes all values; those that cannot be are bad cells from now on. */
  async encode(): Promise<void> {
    const { reader, memoryBytes, cache, onProgress } = this.#options;
    let done = 0;
    const bytes = reader.features.reduce((sum, feature) => sum + featureBytes(feature), 0);
    const store = featureStore(reader.features, Math.min(this.#values.length, Math.floor(memoryBytes / bytes)));
    await mapConcurrently(this.#values, concurrency, async (value, index) => {
      // A value that does not fit is encoded into the void, so that it is known to be readable.
      const slots = index < store.rows ? slotsOf(store, index) : slotsOf(featureStore(reader.features, 1), 0);
      await this.#encodeValue(value, slots).catch((error: unknown) => {
        if (!(error instanceof UnreadableValue)) throw error;
        value.reason = error.message;
      });
      done += 1;
      onProgress?.(done, this.#values.length);
    });
    this.#store = store;
    await cache?.save();
  }

  async #encodeValue({ parsed, references }: DistinctValue, slots: ReturnType<typeof slotsOf>): Promise<void> {
    const { reader, cache, fitted } = this.#options;
    await reader.encode(parsed, slots, { references, cache, ...fitted });
  }

  /** Copies the features of a row into place; a missing value stays zero. Asynchronous only where memory was too small to keep them. */
  copy(row: number, to: FeatureStore, at: number): Promise<void> | undefined {
    const cell = this.#cells[row];
    const value = typeof cell === "number" ? this.#values[cell] : undefined;
    if (typeof cell !== "number" || value === undefined || this.#store === undefined) return undefined;
    if (cell >= this.#store.rows) return this.#encodeValue(value, slotsOf(to, at));
    copyRow(this.#store, cell, to, at);
    return undefined;
  }
}
