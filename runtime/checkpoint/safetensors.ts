import { type FileHandle, open } from "node:fs/promises";
import type { Shape } from "../../compiler/graph/graph.ts";
import { UserError } from "../user-error.ts";
import { type Header, type StoredArrays, type StoredDType, type TensorEntry, LARGEST_HEADER, arrays, damaged, formatHeader, parseHeader } from "./safetensors-header.ts";
import { type WritableFiles, writeAtomically } from "./write-atomically.ts";

/** One call of the system reads less than 2 GiB. */
const LARGEST_READ = 2 ** 30;

/** Row-major, little-endian as the machine: the format and every processor that Node runs on in practice agree. */
export type StoredTensor = { [DType in StoredDType]: { readonly dtype: DType; readonly shape: Shape; readonly data: StoredArrays[DType] } }[StoredDType];

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads a file of the format "safetensors" (Hugging Face, 2022), or those of its tensors that are wanted. Fails with a `UserError`, whatever the file holds. */
export async function readSafetensors(path: string, isWanted: (name: string) => boolean = () => true): Promise<Safetensors> {
  return withFile(path, async (file) => {
    const { entries, metadata, start } = await readHeader(file, path);
    const tensors = new Map<string, StoredTensor>();
    for (const { name, dtype, shape, begin, end } of entries) {
      if (!isWanted(name)) continue;
      const { buffer } = await readBytes(file, path, start + begin, end - begin);
      tensors.set(name, { dtype, shape, data: new arrays[dtype](buffer) } as StoredTensor);
    }
    return { tensors, metadata };
  });
}

/** What a file holds, without reading it. */
export async function readSafetensorsHeader(path: string): Promise<Header> {
  return withFile(path, (file) => readHeader(file, path));
}

/** Writes atomically, in an order that keeps every tensor aligned: by size of element, then by name. */
export async function writeSafetensors(path: string, { tensors, metadata }: Safetensors, files?: WritableFiles): Promise<void> {
  const sorted = [...tensors].sort(
    ([leftName, left], [rightName, right]) => right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT || (leftName < rightName ? -1 : 1),
  );
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape, data }]): TensorEntry => {
    const begin = end;
    end += data.byteLength;
    return { name, dtype, shape, begin, end };
  });
  const bytes = sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await writeAtomically(path, [formatHeader({ entries, metadata }), ...bytes], files);
}

async function withFile<Result>(path: string, use: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new UserError("data", `Cannot read ${path}.`, "Look whether it is there.", { cause });
  });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** `start` is the position of the data. */
async function readHeader(file: FileHandle, path: string): Promise<Header & { readonly start: number }> {
  const stat = await file.stat();
  if (!stat.isFile()) throw damaged(path, "it is not a file");
  const { size } = stat;
  if (size < 8) throw damaged(path, `it has ${size} bytes`);
  const length = new DataView((await readBytes(file, path, 0, 8)).buffer).getBigUint64(0, true);
  if (length > LARGEST_HEADER) throw damaged(path, `its header would have ${length} bytes, more than ${LARGEST_HEADER}`);
  const start = 8 + Number(length);
  if (start > size) throw damaged(path, "it ends within its header");
  return { ...parseHeader(await readBytes(file, path, 8, start - 8), size - start, path), start };
}

async function readBytes(file: FileHandle, path: string, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, Math.min(length - read, LARGEST_READ), position + read);
    if (bytesRead === 0) throw damaged(path, "it became shorter while it was read");
    read += bytesRead;
  }
  return bytes;
}
