import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { writeAtomically } from "../checkpoint/write-atomically.ts";

/** Byte strings of one length by key, kept from one run to the next in one file. A file that is damaged or cannot be written is as none. */
export interface ByteCache {
  get(key: string): Uint8Array | undefined;
  set(key: string, bytes: Uint8Array): void;
  /** Writes what this run asked for, if it differs from what is in the file. */
  save(): Promise<void>;
}

const keyBytes = 32;

export interface ByteCacheOptions {
  /** Every entry is this long. */
  readonly entryBytes: number;
  /** Entries beyond are not kept. */
  readonly limitBytes: number;
}

/** The file is a list of entries, each a SHA-256 key and its bytes. */
export async function openByteCache(path: string, { entryBytes, limitBytes }: ByteCacheOptions): Promise<ByteCache> {
  const stored = await readEntries(path, entryBytes);
  const used = new Map<string, Uint8Array>();
  const keep = (key: string, bytes: Uint8Array): void => {
    if ((used.size + 1) * entryBytes <= limitBytes) used.set(key, bytes);
  };
  return {
    get: (key) => {
      const bytes = used.get(key) ?? stored.get(key);
      if (bytes !== undefined) keep(key, bytes);
      return bytes;
    },
    set: keep,
    save: async () => {
      if (used.size === stored.size && [...used.keys()].every((key) => stored.has(key))) return;
      await mkdir(dirname(path), { recursive: true })
        .then(() => writeAtomically(path, entries(used)))
        .catch(() => undefined);
    },
  };
}

function* entries(used: ReadonlyMap<string, Uint8Array>): Generator<Uint8Array> {
  for (const [key, bytes] of used) {
    yield Buffer.from(key, "hex");
    yield bytes;
  }
}

async function readEntries(path: string, entryBytes: number): Promise<Map<string, Uint8Array>> {
  const stored = new Map<string, Uint8Array>();
  const file = await readFile(path).catch(() => undefined);
  const stride = keyBytes + entryBytes;
  if (file === undefined || file.length % stride !== 0) return stored;
  for (let at = 0; at < file.length; at += stride) stored.set(file.toString("hex", at, at + keyBytes), file.subarray(at + keyBytes, at + stride));
  return stored;
}
