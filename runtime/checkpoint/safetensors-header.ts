import { type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import { UserError } from "../user-error.ts";
import { repeatedKey } from "./unique-keys.ts";

/**
 * The typed array of each element type of the format. Half-precision types have no typed array, and are kept as their
 * bits.
 */
export interface StoredArrays {
  F64: Float64Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I32: Int32Array;
  U32: Uint32Array;
  I16: Int16Array;
  U16: Uint16Array;
  I8: Int8Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

export type StoredDType = keyof StoredArrays;

interface ArrayConstructor<Stored> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): Stored;
}

export const arrays: { readonly [DType in StoredDType]: ArrayConstructor<StoredArrays[DType]> } = {
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

export interface TensorEntry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: Shape;
  /** First byte and the one after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** The tensors in the order of their data. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The reference implementation's limit. */
export const LARGEST_HEADER = 100_000_000;

const METADATA = "__metadata__";

/**
 * The header as a file has it: its length in 8 bytes, little-endian, then JSON, padded so that data is aligned to 8
 * bytes.
 */
export function formatHeader({ entries, metadata }: Header): Uint8Array {
  const object = Object.fromEntries(
    entries.map(({ name, dtype, shape, begin, end }) => [name, { dtype, shape, data_offsets: [begin, end] }]),
  );
  const json = new TextEncoder().encode(
    JSON.stringify(metadata.size > 0 ? { [METADATA]: Object.fromEntries(metadata), ...object } : object),
  );
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

/** Parses a header (without its length), which may be hostile. Throws a `UserError` that names `file` for any error. */
export function parseHeader(bytes: Uint8Array, dataBytes: number, file: string): Header {
  const refuse = (reason: string): never => {
    throw damaged(file, reason);
  };
  const document = parseObject(bytes, file);
  const { [METADATA]: metadata = {}, ...tensors } = document;
  if (!isObject(metadata)) return refuse("its metadata is not an object");
  const entries = Object.entries(tensors).map(([name, value]) => parseEntry(name, value, file));
  entries.sort((left, right) => left.begin - right.begin || left.end - right.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end)
      refuse(`the data of "${entry.name}" ${entry.begin < end ? "overlaps another tensor's" : "follows a gap"}`);
    end = entry.end;
  }
  if (end !== dataBytes) refuse(`it describes ${end} bytes of data and has ${dataBytes}`);
  return {
    entries,
    metadata: new Map(
      Object.entries(metadata).map(([key, value]) => [
        key,
        typeof value === "string" ? value : refuse(`its metadata "${key}" is not a string`),
      ]),
    ),
  };
}

export function damaged(file: string, reason: string): UserError {
  return new UserError(
    "data",
    `${file} is not a safetensors file that can be read: ${reason}.`,
    "Take another copy of it: this one is damaged or incomplete.",
  );
}

function parseObject(bytes: Uint8Array, file: string): { readonly [key: string]: unknown } {
  let document: unknown;
  let repeated: string | undefined;
  try {
    const json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    document = JSON.parse(json);
    repeated = repeatedKey(json);
  } catch {
    throw damaged(file, "its header is not JSON");
  }
  if (!isObject(document)) throw damaged(file, "its header is not an object");
  if (repeated !== undefined) throw damaged(file, `its header has "${repeated}" twice`);
  return document;
}

function parseEntry(name: string, value: unknown, file: string): TensorEntry {
  const refuse = (reason: string): never => {
    throw damaged(file, `tensor "${name}" ${reason}`);
  };
  if (!isObject(value)) return refuse("is not an object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isStoredDType(dtype))
    return refuse(`has dtype ${JSON.stringify(dtype)}, not one of ${Object.keys(arrays).join(", ")}`);
  if (!isCounts(shape)) return refuse("has no shape");
  if (!isCounts(offsets)) return refuse("has no offsets");
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0 || begin > end)
    return refuse(`has offsets [${offsets.join(", ")}]`);
  const size = sizeOf(shape) * arrays[dtype].BYTES_PER_ELEMENT;
  // A product beyond the safe integers is not exact, and far beyond any file.
  if (!Number.isSafeInteger(size) || size !== end - begin)
    return refuse(`has ${end - begin} bytes of data for ${dtype} [${shape.join(", ")}]`);
  return { name, dtype, shape, begin, end };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStoredDType(value: unknown): value is StoredDType {
  return typeof value === "string" && Object.hasOwn(arrays, value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}
