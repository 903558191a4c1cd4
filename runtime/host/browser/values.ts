import type * as node from "../values.ts";
import { Buffer } from "./bytes.ts";

const arrays = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

type ArrayName = keyof typeof arrays;
type NumberArray = InstanceType<(typeof arrays)[ArrayName]>;

/** A value as JSON: what JSON cannot hold is an object with one key that begins with `$`. */
type Written = string | boolean | null | number | readonly Written[] | { readonly [key: string]: Written };

function written(value: unknown): Written {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value === undefined) return { $undefined: null };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : String(value) };
  if (Array.isArray(value)) return value.map(written);
  if (ArrayBuffer.isView(value)) {
    const name = Buffer.isBuffer(value) ? "Uint8Array" : value.constructor.name;
    return { $array: [name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")] };
  }
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} cannot be kept`);
  const entries = Object.entries(value).map(([key, each]) => [key, written(each)] as const);
  return entries.some(([key]) => key.startsWith("$")) ? { $object: entries.flat() } : Object.fromEntries(entries);
}

function restored(value: Written): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(restored);
  const [[key, content] = ["", null], ...others] = Object.entries(value);
  if (others.length > 0 || !key.startsWith("$"))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, restored(each)]));
  return special[key as keyof typeof special](content as never);
}

const special = {
  $undefined: () => undefined,
  $bigint: (digits: string) => BigInt(digits),
  $number: (digits: string) => Number(digits),
  $array: ([name, base64]: readonly [ArrayName, string]): NumberArray =>
    new arrays[name](Uint8Array.from(Buffer.from(base64, "base64")).buffer),
  $object: (flat: readonly Written[]) =>
    Object.fromEntries(
      flat.flatMap((key, index) => (index % 2 === 0 ? [[key as string, restored(flat[index + 1] ?? null)]] : [])),
    ),
} as const;

export const serialize: typeof node.serialize = (value) => Buffer.from(JSON.stringify(written(value)));
export const deserialize: typeof node.deserialize = (bytes) =>
  restored(JSON.parse(Buffer.from(bytes as Uint8Array).toString("utf8")) as Written);
