import { createHash } from "node:crypto";
import type { FeatureCache } from "./cache/feature-cache.ts";
import type { ModalityField } from "./dataset-fields.ts";
import { copyRow, type FeatureStore, featureBytes, featureStore, slotsOf } from "./feature-store.ts";
import type { FieldValues } from "./file-values.ts";
import { type FeatureReader, storedFeatures } from "./features/feature-reader.ts";
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
  /** Their cells. */
  readonly values: FieldValues;
  readonly cache: FeatureCache | undefined;
  readonly fitted: Fitted;
  /** Encoded values beyond are read from the cache whenever they are asked for; without one, they are encoded again. */
  readonly memoryBytes: number;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** A distinct value of a column. */
export interface ColumnValue {
  readonly parsed: unknown;
  /** SHA-256 of what it is decoded from, once that was read; nothing where that is what the table holds. */
  readonly content: string | undefined;
}

interface DistinctValue extends ColumnValue {
  readonly references: DatasetRow["references"];
  /** Why it cannot be encoded. */
  reason: string | undefined;
  content: string | undefined;
  /** Of a text, once it is encoded. */
  tokens: number;
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
    // The same reference means another file where another table has it.
    const known = new Map<DatasetRow["references"], Map<unknown, number>>();
    this.#cells = options.rows.map((row) => {
      const ofTable = known.get(row.references) ?? new Map<unknown, number>();
      known.set(row.references, ofTable);
      return this.#parse(row, ofTable);
    });
  }

  #parse(row: DatasetRow, known: Map<unknown, number>): number | string | undefined {
    const { reader, field, values } = this.#options;
    try {
      const value = values.of(row);
      if (reader.isMissing(value, field.presence)) return undefined;
      const parsed = reader.parse(value);
      const index = known.get(parsed) ?? this.#values.push({ parsed, references: row.references, reason: undefined, content: undefined, tokens: 0 }) - 1;
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

  /** What a row has, if it can be encoded: the same object for rows with the same cell. */
  value(row: number): ColumnValue | undefined {
    const cell = this.#cells[row];
    const value = typeof cell === "number" ? this.#values[cell] : undefined;
    return value?.reason === undefined ? value : undefined;
  }

  /** The parsed value of a row that has one, or that of each of its candidates. */
  valuesOf(row: number): readonly unknown[] {
    const parsed = this.parsed(row);
    return this.field.candidates === undefined ? [parsed] : (parsed as readonly unknown[]);
  }

  /** How many tokens the text of a row has, once it is encoded; none where it has no text. */
  tokens(row: number): number {
    const cell = this.#cells[row];
    return typeof cell === "number" ? (this.#values[cell]?.tokens ?? 0) : 0;
  }

  /** Encodes all values; those that cannot be are bad cells from now on. */
  async encode(): Promise<void> {
    const { reader, memoryBytes, cache, onProgress } = this.#options;
    let done = 0;
    const features = storedFeatures(reader);
    const bytes = features.reduce((sum, feature) => sum + featureBytes(feature), 0);
    const store = featureStore(features, Math.min(this.#values.length, Math.floor(memoryBytes / bytes)));
    await mapConcurrently(this.#values, concurrency, async (value, index) => {
      // A value that does not fit is encoded into the void, so that it is known to be readable.
      const slots = index < store.rows ? slotsOf(store, index) : slotsOf(featureStore(features, 1), 0);
      await this.#encodeValue(value, slots).catch((error: unknown) => {
        if (!(error instanceof UnreadableValue)) throw error;
        value.reason = error.message;
      });
      value.tokens = reader.tokens?.(slots) ?? 0;
      done += 1;
      onProgress?.(done, this.#values.length);
    });
    this.#store = store;
    await cache?.flush();
  }

  /** SHA-256 of everything that its values were read or decoded from; nothing where they are what the table holds. */
  contentHash(): string | undefined {
    if (this.reader.decoding === undefined) return this.#options.values.content;
    const hash = createHash("sha256");
    for (const { content } of this.#values) hash.update(content ?? "unreadable");
    return hash.digest("hex");
  }

  /** Those of its columns that are read as text although they hold names of files. */
  get pathLike(): readonly string[] {
    return this.#options.values.pathLike;
  }

  /** Closes the files of its cache. */
  async close(): Promise<void> {
    await this.#options.cache?.flush();
  }

  async #encodeValue(value: DistinctValue, slots: ReturnType<typeof slotsOf>): Promise<void> {
    const { reader, cache, fitted } = this.#options;
    const { parsed, references } = value;
    if (reader.decoding !== undefined) value.content ??= await hashOf(reader.decoding.content(parsed, { references }));
    if (value.content !== undefined && (await cache?.read(value.content, slots))) return;
    await reader.encode(parsed, slots, { references, ...fitted });
    if (value.content !== undefined) await cache?.write(value.content, slots);
  }

  /** Copies the features of a row into place; a missing value stays empty. Asynchronous only where memory was too small to keep them. */
  copy(row: number, to: FeatureStore, at: number): Promise<void> | undefined {
    const cell = this.#cells[row];
    const value = typeof cell === "number" ? this.#values[cell] : undefined;
    if (typeof cell !== "number" || value === undefined || this.#store === undefined) return undefined;
    if (cell >= this.#store.rows) return this.#encodeValue(value, slotsOf(to, at));
    copyRow(this.#store, cell, to, at);
    return undefined;
  }
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of content) hash.update(bytes);
  return hash.digest("hex");
}
