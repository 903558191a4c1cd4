import { createSha256 } from "../../host/hashing.ts";
import type { FeatureCache } from "../cache/feature-cache.ts";
import type { ModalityField, Presence } from "./dataset-fields.ts";
import { ContentHashes } from "./content-hashes.ts";
import { type FeatureRows, featureRows } from "./feature-rows.ts";
import { type FeatureStore, copySlots, featureBytes, featureStore, slotsOf } from "./feature-store.ts";
import { type FeatureReader, storedFeatures } from "../features/feature-reader.ts";
import type { FieldValues } from "../files/file-values.ts";
import type { FileReferences } from "../files/file-references.ts";
import { countConcurrently } from "../map-concurrently.ts";
import type { Fitted } from "../fit/preprocessing.ts";
import type { DatasetRows } from "../rows/dataset-rows.ts";
import { isPaged } from "../lists/list-memory.ts";
import type { NumberList } from "../lists/number-list.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** libuv reads files and sharp decodes with four threads by default. */
const concurrency = 4;

export interface ModalityColumnOptions {
  readonly reader: FeatureReader;
  readonly field: ModalityField;
  readonly rows: DatasetRows;
  /** The cells of the modality's columns. */
  readonly values: FieldValues;
  readonly cache: FeatureCache | undefined;
  readonly fitted: Fitted;
  /**
   * The limit on the bytes of encoded values. Further values are read from the cache on each access, or encoded again
   * if there is no cache.
   */
  readonly memoryBytes: number;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** A distinct value of a column. */
export interface ColumnValue {
  readonly parsed: unknown;
  /**
   * The SHA-256 of the files that it is decoded from, once they were read; `undefined` if the table itself holds the
   * value.
   */
  readonly content: string | undefined;
}

/** The state of a row's cell: the row lacks the modality, its value cannot be read, or it has features. */
export type CellState =
  { readonly kind: "missing" } | { readonly kind: "bad"; readonly reason: string } | { readonly kind: "present" };

/**
 * Negative indices mark rows without a value and rows whose value cannot be read; for the latter, reasons count down
 * from here.
 */
const missing = -1;
const firstReason = -2;

/**
 * The limit on different reasons for a data set that is not in memory as a whole; it equals the limit of the problem
 * log.
 */
const mostReasons = 10_000;

/**
 * The values of one modality in one data set. Cells are checked at once; `encode` encodes each distinct value once. Of
 * a value only the row is kept, and its cells are parsed again on access: a million parsed values would take more
 * memory than their features.
 */
export class ModalityColumn {
  readonly field: ModalityField;
  readonly reader: FeatureReader;
  readonly #options: ModalityColumnOptions;
  /** For each row, the index of its value, or a negative code for why it has none. */
  readonly #cells: NumberList;
  readonly #reasons: string[] = [];
  /** For each value, the first row that has it. */
  readonly #rowOf: NumberList;
  /** The reasons why values cannot be encoded, by index, since several rows may share a value. */
  readonly #failures = new Map<number, string>();
  /** The hashes of values that are decoded from files. */
  #contents: ContentHashes | undefined;
  /** The numbers of tokens of texts, once they are encoded. */
  #tokens: NumberList | undefined;
  #store: FeatureRows | undefined;

  constructor(options: ModalityColumnOptions) {
    this.#options = options;
    this.field = options.field;
    this.reader = options.reader;
    const { rows } = options;
    this.#cells = rows.memory.numbers("int32");
    this.#rowOf = rows.memory.numbers("uint32");
    // Tables may resolve the same reference to different files, so values are known by table. With a limit on memory
    // every row has its own value.
    const known = isPaged(rows.memory) ? undefined : new Map<FileReferences, Map<string, number>>();
    for (let row = 0; row < rows.length; row++) {
      const { references } = rows.source(row);
      const ofTable = known?.get(references) ?? new Map<string, number>();
      known?.set(references, ofTable);
      this.#cells.push(this.#look(row, ofTable));
    }
  }

  /** The number of distinct values. */
  get values(): number {
    return this.#rowOf.length;
  }

  /** Returns the index of the row's value, or its negative code. Rows with equal references share a value. */
  #look(row: number, known: Map<string, number>): number {
    try {
      const value = this.#options.values.of(row);
      if (this.field.presences.every((presence) => this.reader.isMissing(value, presence))) return missing;
      const parsed = this.reader.parse(value);
      const index = (typeof parsed === "string" ? known.get(parsed) : undefined) ?? this.#rowOf.length;
      if (index === this.#rowOf.length) this.#rowOf.push(row);
      if (typeof parsed === "string") known.set(parsed, index);
      return index;
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      return this.#cellOf(error);
    }
  }

  /**
   * The negative code of a row whose value cannot be read. With a limit on memory, rows beyond the limit of reasons
   * share the last reason.
   */
  #cellOf({ message }: UnreadableValue): number {
    const isFull = isPaged(this.#options.rows.memory) && this.#reasons.length >= mostReasons;
    if (!isFull) this.#reasons.push(message);
    return firstReason - (this.#reasons.length - 1);
  }

  #cellAt(row: number): number {
    return row < this.#cells.length ? this.#cells.at(row) : missing;
  }

  #parsedAt(index: number): unknown {
    return this.reader.parse(this.#options.values.of(this.#rowOf.at(index)));
  }

  /** The state of a cell to a task that wants it so; without one, to any task. */
  cell(row: number, wanted?: Presence): CellState {
    const cell = this.#cellAt(row);
    if (cell === missing || this.#lacks(row, wanted)) return { kind: "missing" };
    const reason = cell < 0 ? this.#reasons[firstReason - cell] : this.#failures.get(cell);
    return reason === undefined ? { kind: "present" } : { kind: "bad", reason };
  }

  /** Only where tasks want different things, a value may be there for one and not for another. */
  #lacks(row: number, wanted: Presence | undefined): boolean {
    if (wanted === undefined || this.field.presences.length < 2) return false;
    return this.reader.isMissing(this.#options.values.of(row), wanted);
  }

  /** The cell of a row as it is in its table, or its cells. */
  raw(row: number): unknown {
    return this.#options.values.of(row);
  }

  /** The parsed value of a row that has one. */
  parsed(row: number): unknown {
    const cell = this.#cellAt(row);
    return cell < 0 ? undefined : this.#parsedAt(cell);
  }

  /** The index of a row's value if it can be encoded; rows with the same cell have the same index. */
  valueIndex(row: number): number | undefined {
    const cell = this.#cellAt(row);
    return cell < 0 || this.#failures.has(cell) ? undefined : cell;
  }

  value(index: number): ColumnValue {
    return { parsed: this.#parsedAt(index), content: this.#contents?.at(index) };
  }

  /** The parsed value of a row, or those of its candidates; empty if the row has none. */
  valuesOf(row: number): readonly unknown[] {
    const parsed = this.parsed(row);
    return this.field.candidates === undefined ? [parsed] : (parsed as readonly unknown[]);
  }

  /** The number of tokens in the text of an encoded row; 0 if it has no text. */
  tokens(row: number): number {
    const cell = this.#cellAt(row);
    return cell < 0 ? 0 : (this.#tokens?.at(cell) ?? 0);
  }

  /** Encodes all values. Those that fail count as bad cells afterwards. */
  async encode(): Promise<void> {
    const {
      reader,
      cache,
      onProgress,
      rows: { memory },
    } = this.#options;
    let done = 0;
    const features = storedFeatures(reader);
    const store = featureRows(features, this.#keptValues(), memory);
    const tokens = reader.tokens && memory.numbers("int32", this.values);
    if (reader.decoding) this.#contents = new ContentHashes(this.values, memory);
    await countConcurrently(this.values, concurrency, async (index) => {
      // A value that is not kept is encoded nevertheless, to find out if it is readable.
      const slots = index < store.rows ? store.open(index) : slotsOf(featureStore(features, 1), 0);
      try {
        await this.#encodeValue(index, slots);
      } catch (error) {
        if (!(error instanceof UnreadableValue)) throw error;
        if (isPaged(memory)) this.#cells.set(this.#rowOf.at(index), this.#cellOf(error));
        else this.#failures.set(index, error.message);
      }
      if (index < store.rows) store.put(index, slots);
      tokens?.set(index, reader.tokens?.(slots) ?? 0);
      done += 1;
      onProgress?.(done, this.values);
    });
    this.#store = store;
    this.#tokens = tokens;
    await cache?.flush();
  }

  /** The number of values whose features are kept. Those of other values are computed again on each access. */
  #keptValues(): number {
    const {
      reader,
      memoryBytes,
      rows: { memory },
    } = this.#options;
    // A decoded picture takes many times the space of its file.
    if (isPaged(memory)) return reader.decoding ? 0 : this.values;
    const bytes = storedFeatures(reader).reduce((sum, feature) => sum + featureBytes(feature), 0);
    return Math.min(this.values, Math.floor(memoryBytes / bytes));
  }

  /**
   * The SHA-256 of all files that its values were read or decoded from; `undefined` if the table itself holds the
   * values.
   */
  contentHash(): string | undefined {
    if (this.reader.decoding === undefined) return this.#options.values.content;
    const hash = createSha256();
    for (let index = 0; index < this.values; index++) hash.update(this.#contents?.at(index) ?? "unreadable");
    return hash.digest("hex");
  }

  /** The columns that are read as text although they hold names of files. */
  get pathLike(): readonly string[] {
    return this.#options.values.pathLike;
  }

  /** Closes the files of its cache. */
  async close(): Promise<void> {
    await this.#options.cache?.flush();
  }

  async #encodeValue(index: number, slots: ReturnType<typeof slotsOf>): Promise<void> {
    const { reader, cache, fitted, rows } = this.#options;
    const parsed = this.#parsedAt(index);
    const { references } = rows.source(this.#rowOf.at(index));
    const content = reader.decoding && (await this.#contentOf(index, reader.decoding.content(parsed, { references })));
    if (content !== undefined && (await cache?.read(content, slots))) return;
    await reader.encode(parsed, slots, { references, ...fitted });
    if (content !== undefined) await cache?.write(content, slots);
  }

  async #contentOf(index: number, content: AsyncIterable<Uint8Array>): Promise<string> {
    const known = this.#contents?.at(index);
    if (known !== undefined) return known;
    const hash = await hashOf(content);
    this.#contents?.set(index, hash);
    return hash;
  }

  /**
   * Copies the features of a row into row `at` of a store. A missing value leaves the row unchanged. Returns a promise
   * only if the features were not kept.
   */
  copy(row: number, to: FeatureStore, at: number): Promise<void> | undefined {
    const cell = this.#cellAt(row);
    if (cell < 0 || this.#store === undefined) return undefined;
    if (cell >= this.#store.rows) return this.#encodeValue(cell, slotsOf(to, at));
    copySlots(this.#store.slots(cell), to, at);
    return undefined;
  }

  /** Encodes the changed value of a row into row `at` of a store, with one change for each of its candidates. A missing value leaves the row unchanged. */
  async encodeChanged(
    row: number,
    change: (value: unknown, candidate: number) => unknown,
    to: FeatureStore,
    at: number,
  ): Promise<void> {
    if (this.#cellAt(row) < 0) return;
    const { reader, fitted, rows } = this.#options;
    const values = this.valuesOf(row).map(change);
    const value = this.field.candidates === undefined ? values[0] : values;
    await reader.encode(value, slotsOf(to, at), { references: rows.source(row).references, ...fitted });
  }
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createSha256();
  for await (const bytes of content) hash.update(bytes);
  return hash.digest("hex");
}
