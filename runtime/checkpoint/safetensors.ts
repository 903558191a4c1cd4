import { type FileHandle } from "../host/files.ts";
import { createSha256, type Sha256 } from "../host/hashing.ts";
import { totalmem } from "../host/machine.ts";
import { counted } from "../../compiler/counted.ts";
import type { Shape } from "../../compiler/graph/graph.ts";
import { openRegular, reasonOf } from "../files/regular-file.ts";
import { UserError } from "../user-error.ts";
import {
  type Header,
  type StoredArrays,
  type StoredDType,
  type TensorEntry,
  LARGEST_HEADER,
  arrays,
  damaged,
  formatHeader,
  parseHeader,
} from "./safetensors-header.ts";
import { type WritableFiles, writeAtomically } from "../files/write-atomically.ts";

/** A single read is limited to less than 2 GiB. */
const LARGEST_READ = 2 ** 30;
const LARGEST_PIECE = 2 ** 22;

/**
 * The data is row-major and in the byte order of the machine, which is little-endian, as in the format, on every
 * processor that Node runs on in practice.
 */
export type StoredTensor = {
  [DType in StoredDType]: { readonly dtype: DType; readonly shape: Shape; readonly data: StoredArrays[DType] };
}[StoredDType];

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ReadSettings {
  /** True for the tensors to be read; by default all are. */
  readonly isWanted?: (name: string) => boolean;
  /** The expected hash of the file. The file is read once, for the hash and the tensors. */
  readonly sha256?: string | undefined;
  /** The limit on the bytes that are read; by default the memory of the machine. */
  readonly mostBytes?: number;
}

/** Reads all or some tensors of a safetensors file (Hugging Face, 2022). Throws `UserError` for any invalid file. */
export async function readSafetensors(
  path: string,
  { isWanted = () => true, sha256, mostBytes = totalmem() }: ReadSettings = {},
): Promise<Safetensors> {
  return withFile(path, async (file) => {
    const hash = sha256 === undefined ? undefined : createSha256();
    const { entries, metadata, start } = await readHeader(file, path, hash);
    const wanted = entries.reduce((sum, { name, begin, end }) => sum + (isWanted(name) ? end - begin : 0), 0);
    if (wanted > mostBytes)
      throw new UserError(
        "data",
        `${path} holds ${wanted} bytes of tensors, more than the ${mostBytes} that are possible.`,
        "Check where it comes from: it does not belong to this model, or it needs a larger machine.",
      );
    const tensors = new Map<string, StoredTensor>();
    // The data has neither gaps nor overlaps, so that the hash of the tensors is the hash of the file.
    for (const { name, dtype, shape, begin, end } of entries) {
      if (!isWanted(name)) {
        if (hash) await hashBytes(file, path, { begin: start + begin, end: start + end }, hash);
        continue;
      }
      const bytes = await readBytes(file, path, start + begin, end - begin);
      hash?.update(bytes);
      tensors.set(name, { dtype, shape, data: new arrays[dtype](bytes.buffer) } as StoredTensor);
    }
    if (hash && hash.digest("hex") !== sha256)
      throw new UserError(
        "data",
        `${path} is damaged: its content has other content than was written.`,
        "Restore the file.",
      );
    return { tensors, metadata };
  });
}

/** Reads the header of a file, without its tensors. */
export async function readSafetensorsHeader(path: string): Promise<Header> {
  return withFile(path, (file) => readHeader(file, path));
}

/**
 * Writes atomically, in an order that keeps every tensor aligned: by element size, then by name. Returns the SHA-256 of
 * the bytes in memory, so that a fault of the disk is noticed later.
 */
export async function writeSafetensors(
  path: string,
  { tensors, metadata }: Safetensors,
  files?: WritableFiles,
): Promise<string> {
  const sorted = [...tensors].sort(
    ([leftName, left], [rightName, right]) =>
      right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT || (leftName < rightName ? -1 : 1),
  );
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape, data }]): TensorEntry => {
    const begin = end;
    end += data.byteLength;
    return { name, dtype, shape, begin, end };
  });
  const bytes = sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const chunks = [formatHeader({ entries, metadata }), ...bytes];
  await writeAtomically(path, chunks, files);
  const hash = createSha256();
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

async function withFile<Result>(path: string, use: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await openRegular(path).catch((cause: unknown) => {
    throw new UserError("data", `Cannot read ${path}: ${reasonOf(cause)}.`, "Check that it exists.", { cause });
  });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** `start` is the offset of the data. */
async function readHeader(file: FileHandle, path: string, hash?: Sha256): Promise<Header & { readonly start: number }> {
  const { size } = await file.stat();
  if (size < 8) throw damaged(path, `it has ${counted(size, "byte")}`);
  const prefix = await readBytes(file, path, 0, 8);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > LARGEST_HEADER)
    throw damaged(path, `its header would have ${length} bytes, more than ${LARGEST_HEADER}`);
  const start = 8 + Number(length);
  if (start > size) throw damaged(path, "it ends within its header");
  const header = await readBytes(file, path, 8, start - 8);
  hash?.update(prefix).update(header);
  return { ...parseHeader(header, size - start, path), start };
}

/** Hashes in pieces, so that unwanted tensors need not be in memory as a whole. */
async function hashBytes(
  file: FileHandle,
  path: string,
  { begin, end }: { readonly begin: number; readonly end: number },
  hash: Sha256,
): Promise<void> {
  for (let at = begin; at < end; at += LARGEST_PIECE)
    hash.update(await readBytes(file, path, at, Math.min(LARGEST_PIECE, end - at)));
}

async function readBytes(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, Math.min(length - read, LARGEST_READ), position + read);
    if (bytesRead === 0) throw damaged(path, "it became shorter while it was read");
    read += bytesRead;
  }
  return bytes;
}
