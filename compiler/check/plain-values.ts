import { type Value, bool, none, number, string } from "../elaborate/value.ts";
import type { AnyValue } from "../schema/types.ts";

/** JSON as a compile-time value. */
export function valueOf(plain: AnyValue): Value {
  if (plain === null) return none;
  if (typeof plain === "number") return number(plain);
  if (typeof plain === "string") return string(plain);
  if (typeof plain === "boolean") return bool(plain);
  if (Array.isArray(plain)) return { kind: "list", items: (plain as readonly AnyValue[]).map(valueOf) };
  return { kind: "map", entries: new Map(Object.entries(plain as { readonly [key: string]: AnyValue }).map(([key, value]) => [key, valueOf(value)])) };
}
