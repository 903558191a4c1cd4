import { createSha256 } from "../../host/hashing.ts";
import type { FeatureCache } from "../cache/feature-cache.ts";
import type { ModalityField } from "./dataset-fields.ts";
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

/** libuv reads files and sharp decodes on four threads, unless told otherwise. */
const concurrency = 4;

export interface ModalityColumnOptions {
  readonly reader: FeatureReader;
  readonly field: ModalityField;
  readonly rows: DatasetRows;
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

/** What a row has of a modality: nothing, something that cannot be read, or features. */
export type CellState =
  { readonly kind: "missing" } | { readonly kind: "bad"; readonly reason: string } | { readonly kind: "present" };

/** Of a row without a value, and of one whose value cannot be read: the reason is counted down from here. */
const missing = -1;
const firstReason = -2;

/** As many as a log of problems keeps of a data set that is not in memory as a whole. */
const mostReasons = 10_000;

/**
 * The values of one modality in one data set: looked at at once, encoded by `encode`, each distinct one once. A value is its row's cells, parsed when it is asked
 * for: a million parsed values would take more memory than their features.
 */
export class ModalityColumn {
  readonly field: ModalityField;
  readonly reader: FeatureReader;
  readonly #options: ModalityColumnOptions;
  /** Of each row: the index of its value, or why it has none. */
  readonly #cells: NumberList;
  readonly #reasons: string[] = [];
  /** Of each value, the first row that has it. */
  readonly #rowOf: NumberList;
  /** The reasons why values cannot be encoded, where several rows may have one value. */
  readonly #failures = new Map<number, string>();
  /** Of values that are decoded from files. */
  #contents: ContentHashes | undefined;
  /** Of texts, once they are encoded. */
  #tokens: NumberList | undefined;
  #store: FeatureRows | undefined;

  constructor(options: ModalityColumnOptions) {
    this.#options = options;
    this.field = options.field;
    this.reader = options.reader;
    const { rows } = options;
    this.#cells = rows.memory.numbers("int32");
    this.#rowOf = rows.memory.numbers("uint32");
    // The same reference means another file where another table has it. Where memory is short, every value is one of its own.
    const known = isPaged(rows.memory) ? undefined : new Map<FileReferences, Map<string, number>>();
    for (let row = 0; row < rows.length; row++) {
      const { references } = rows.source(row);
      const ofTable = known?.get(references) ?? new Map<string, number>();
      known?.set(references, ofTable);
      this.#cells.push(this.#look(row, ofTable));
    }
  }

  /** How many distinct values there are. */
  get values(): number {
    return this.#rowOf.length;
  }

  /** Equal references are one value. */
  #look(row: number, known: Map<string, number>): number {
    try {
      const value = this.#options.values.of(row);
      if (this.reader.isMissing(value, this.field.presence)) return missing;
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

  /** What a row has whose value cannot be read. Where memory is short, reasons beyond some thousands are that of the last one. */
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

  cell(row: number): CellState {
    const cell = this.#cellAt(row);
    if (cell === missing) return { kind: "missing" };
    const reason = cell < 0 ? this.#reasons[firstReason - cell] : this.#failures.get(cell);
    return reason === undefined ? { kind: "present" } : { kind: "bad", reason };
  }

  /** The parsed value of a row that has one. */
  parsed(row: number): unknown {
    const cell = this.#cellAt(row);
    return cell < 0 ? undefined : this.#parsedAt(cell);
  }

  /** The index of what a row has, if it can be encoded: the same for rows with the same cell. */
  valueIndex(row: number): number | undefined {
    const cell = this.#cellAt(row);
    return cell < 0 || this.#failures.has(cell) ? undefined : cell;
  }

  value(index: number): ColumnValue {
    return { parsed: this.#parsedAt(index), content: this.#contents?.at(index) };
  }

  /** The parsed value of a row that has one, or that of each of its candidates. */
  valuesOf(row: number): readonly unknown[] {
    const parsed = this.parsed(row);
    return this.field.candidates === undefined ? [parsed] : (parsed as readonly unknown[]);
  }

  /** How many tokens the text of a row has, once it is encoded; none where it has no text. */
  tokens(row: number): number {
    const cell = this.#cellAt(row);
    return cell < 0 ? 0 : (this.#tokens?.at(cell) ?? 0);
  }

  /** Encodes all values; those that cannot be are bad cells from now on. */
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
      // A value that is not kept is encoded all the same, so that it is known to be readable.
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

  /** Of how many values the features are kept; those of the others are made again whenever a row is asked for. */
  #keptValues(): number {
    const {
      reader,
      memoryBytes,
      rows: { memory },
    } = this.#options;
    // Decoded, a picture takes many times what its file does.
    if (isPaged(memory)) return reader.decoding ? 0 : this.values;
    const bytes = storedFeatures(reader).reduce((sum, feature) => sum + featureBytes(feature), 0);
    return Math.min(this.values, Math.floor(memoryBytes / bytes));
  }

  /** SHA-256 of everything that its values were read or decoded from; nothing where they are what the table holds. */
  contentHash(): string | undefined {
    if (this.reader.decoding === undefined) return this.#options.values.content;
    const hash = createSha256();
    for (let index = 0; index < this.values; index++) hash.update(this.#contents?.at(index) ?? "unreadable");
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

  /** Copies the features of a row into place; a missing value stays empty. Asynchronous only where memory was too small to keep them. */
  copy(row: number, to: FeatureStore, at: number): Promise<void> | undefined {
    const cell = this.#cellAt(row);
    if (cell < 0 || this.#store === undefined) return undefined;
    if (cell >= this.#store.rows) return this.#encodeValue(cell, slotsOf(to, at));
    copySlots(this.#store.slots(cell), to, at);
    return undefined;
  }
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createSha256();
  for await (const bytes of content) hash.update(bytes);
  return hash.digest("hex");
}
