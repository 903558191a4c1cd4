import { Buffer } from "../../host/bytes.ts";
import { type FileHandle, open, rename, unlink } from "../../host/files.ts";
import { sha256 } from "../../host/hashing.ts";
import { join } from "../../host/paths.ts";
import { crc32 } from "../../host/streams.ts";
import { openRegular } from "../../files/regular-file.ts";

/**
 * A segment is a file of entries of equal length: each entry's bytes and their CRC-32, then the keys (SHA-256) in the
 * order of the entries, then the number of entries, the length of an entry, the CRC-32 of the keys, and a magic number.
 * It is written under another name, and renamed when it is complete.
 */
const keyBytes = 32;
const trailerBytes = 16;
const mark = 0x6d746c31;

/** The file and offset of an entry. */
export interface EntryPlace {
  readonly segment: string;
  readonly offset: number;
}

/** The entries of a finished segment, by key; `undefined` if the file is damaged or of another kind. */
export async function readIndex(
  path: string,
  entryBytes: number,
): Promise<ReadonlyMap<string, EntryPlace> | undefined> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    const trailer = await readAt(file, trailerBytes, size - trailerBytes);
    if (trailer?.readUInt32LE(12) !== mark || trailer.readUInt32LE(4) !== entryBytes) return undefined;
    const count = trailer.readUInt32LE(0);
    const stride = entryBytes + 4;
    if (size !== count * (stride + keyBytes) + trailerBytes) return undefined;
    const keys = await readAt(file, count * keyBytes, count * stride);
    if (keys === undefined || crc32(keys) !== trailer.readUInt32LE(8)) return undefined;
    return new Map(
      Array.from({ length: count }, (_, index) => [
        keys.toString("hex", index * keyBytes, (index + 1) * keyBytes),
        { segment: path, offset: index * stride },
      ]),
    );
  } finally {
    await file.close();
  }
}

/** The bytes of an entry; `undefined` if their checksum is wrong. */
export async function readEntry(file: FileHandle, offset: number, entryBytes: number): Promise<Uint8Array | undefined> {
  const read = await readAt(file, entryBytes + 4, offset);
  const bytes = read?.subarray(0, entryBytes);
  return bytes !== undefined && read?.readUInt32LE(entryBytes) === crc32(bytes) ? bytes : undefined;
}

async function readAt(file: FileHandle, length: number, position: number): Promise<Buffer | undefined> {
  if (position < 0) return undefined;
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return bytesRead === length ? buffer : undefined;
}

/**
 * A segment that is being written. `append` knows at once where an entry will be; others see the segment once it is
 * finished.
 */
export class SegmentWriter {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #folder: string;
  readonly #entryBytes: number;
  readonly #keys: string[] = [];

  private constructor(path: string, file: FileHandle, folder: string, entryBytes: number) {
    this.path = path;
    this.#file = file;
    this.#folder = folder;
    this.#entryBytes = entryBytes;
  }

  /** Creates the file. No other writer may use the same `name`. */
  static async create(folder: string, name: string, entryBytes: number): Promise<SegmentWriter> {
    const path = join(folder, `${name}.tmp`);
    return new SegmentWriter(path, await open(path, "wx"), folder, entryBytes);
  }

  get bytes(): number {
    return this.#keys.length * (this.#entryBytes + 4);
  }

  async append(key: string, bytes: Uint8Array): Promise<void> {
    const offset = this.bytes;
    this.#keys.push(key);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(bytes));
    await this.#file.write(Buffer.concat([bytes, sum]), 0, bytes.length + 4, offset);
  }

  /** Renames the file to its final name, which is a hash of its keys. All calls of `append` must have ended. */
  async finish(): Promise<string> {
    const keys = Buffer.from(this.#keys.join(""), "hex");
    const trailer = Buffer.alloc(trailerBytes);
    for (const [index, value] of [this.#keys.length, this.#entryBytes, crc32(keys), mark].entries())
      trailer.writeUInt32LE(value, 4 * index);
    await this.#file.write(Buffer.concat([keys, trailer]), 0, keys.length + trailerBytes, this.bytes);
    await this.#file.sync();
    await this.#file.close();
    const path = join(this.#folder, `${sha256(keys).slice(0, 16)}.segment`);
    await rename(this.path, path);
    return path;
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await unlink(this.path).catch(() => undefined);
  }
}
