import { Buffer } from "../../host/bytes.ts";
import { type FileHandle, mkdir, readdir, stat, unlink } from "../../host/files.ts";
import { randomUUID } from "../../host/hashing.ts";
import { join } from "../../host/paths.ts";
import type { StoredData } from "../columns/feature-store.ts";
import { openRegular } from "../../files/regular-file.ts";
import { type EntryPlace, readEntry, readIndex, SegmentWriter } from "./segment.ts";

/**
 * A cache on disk of decoded features, by the hash of what they were decoded from. Several processes may share a
 * folder: each writes files of its own, and sees those of the others when it opens the cache. A damaged entry counts as
 * missing, and a disk that cannot be written only makes the cache read-only.
 */
export interface FeatureCache {
  /** Fills the arrays with the features of one value. Returns false if the cache does not have it. */
  read(key: string, slots: readonly StoredData[]): Promise<boolean>;
  write(key: string, slots: readonly StoredData[]): Promise<void>;
  /**
   * Makes all entries written so far readable, for this process and others, and closes all files. Reading opens them
   * again.
   */
  flush(): Promise<void>;
}

/** The size of a segment. A run that is killed loses at most the entries of the segment that it was writing. */
const segmentBytes = 2 ** 26;
/** Files that a killed process has left are deleted after a day. */
const staleMilliseconds = 24 * 60 * 60 * 1000;

export async function openFeatureCache(folder: string, entryBytes: number): Promise<FeatureCache> {
  return new SegmentedCache(folder, entryBytes, await indexOf(folder, entryBytes));
}

/**
 * The positions of each entry: several if several processes wrote it, or if it was written again after one copy was
 * found damaged.
 */
type Places = Map<string, readonly EntryPlace[]>;

async function indexOf(folder: string, entryBytes: number): Promise<Places> {
  const places: Places = new Map();
  const names = await readdir(folder).catch(() => []);
  for (const path of names.map((name) => join(folder, name))) {
    if (path.endsWith(".tmp") && (await isStale(path))) await unlink(path).catch(() => undefined);
    if (!path.endsWith(".segment")) continue;
    const entries = await readIndex(path, entryBytes).catch(() => undefined);
    if (entries === undefined) await unlink(path).catch(() => undefined);
    else addPlaces(places, entries);
  }
  return places;
}

async function isStale(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > staleMilliseconds;
}

function addPlaces(places: Places, entries: ReadonlyMap<string, EntryPlace>): void {
  for (const [key, place] of entries) places.set(key, [...(places.get(key) ?? []), place]);
}

class SegmentedCache implements FeatureCache {
  readonly #folder: string;
  readonly #entryBytes: number;
  readonly #places: Places;
  readonly #handles = new Map<string, Promise<FileHandle>>();
  #writer: Promise<SegmentWriter> | undefined;
  /** Writes happen one after another, since the disk is faster than the decoding. */
  #writing: Promise<void> = Promise.resolve();
  #isWritable = true;

  constructor(folder: string, entryBytes: number, places: Places) {
    this.#folder = folder;
    this.#entryBytes = entryBytes;
    this.#places = places;
  }

  async read(key: string, slots: readonly StoredData[]): Promise<boolean> {
    const bytes = await this.#find(key);
    if (bytes === undefined) return false;
    let at = 0;
    for (const slot of slots) {
      bytesOf(slot).set(bytes.subarray(at, at + slot.byteLength));
      at += slot.byteLength;
    }
    return true;
  }

  write(key: string, slots: readonly StoredData[]): Promise<void> {
    const bytes = Buffer.concat(slots.map(bytesOf));
    return this.#inTurn(async () => {
      const writer = await (this.#writer ??= this.#newWriter());
      await writer.append(key, bytes);
      if (writer.bytes >= segmentBytes) await this.#finish();
    });
  }

  async flush(): Promise<void> {
    await this.#inTurn(() => this.#finish());
    for (const opening of this.#handles.values()) await opening.then((file) => file.close()).catch(() => undefined);
    this.#handles.clear();
  }

  /**
   * Runs writes one after another. After a write has failed, because the disk is full or read-only, the cache is only
   * read.
   */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const step = async (): Promise<void> => {
      if (!this.#isWritable) return;
      await work().catch(async () => {
        this.#isWritable = false;
        await this.#writer?.then((writer) => writer.abandon()).catch(() => undefined);
      });
    };
    this.#writing = this.#writing.then(step);
    return this.#writing;
  }

  async #finish(): Promise<void> {
    const writer = await this.#writer;
    if (writer === undefined) return;
    const path = await writer.finish();
    this.#writer = undefined;
    addPlaces(this.#places, (await readIndex(path, this.#entryBytes)) ?? new Map());
  }

  async #find(key: string): Promise<Uint8Array | undefined> {
    for (const place of this.#places.get(key) ?? []) {
      const bytes = await this.#open(place.segment)
        .then((file) => readEntry(file, place.offset, this.#entryBytes))
        .catch(() => undefined);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }

  async #newWriter(): Promise<SegmentWriter> {
    await mkdir(this.#folder, { recursive: true });
    return SegmentWriter.create(this.#folder, randomUUID(), this.#entryBytes);
  }

  #open(path: string): Promise<FileHandle> {
    const handle = this.#handles.get(path) ?? openRegular(path);
    this.#handles.set(path, handle);
    return handle;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: StoredData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
