import { type Value, bool, none, number, string } from "../value.ts";
import type { AnyValue } from "../../schema/types.ts";

/** JSON as a compile-time value. */
export function valueOf(plain: AnyValue): Value {
  if (plain === null) return none;
  if (typeof plain === "number") return number(plain);
  if (typeof plain === "string") return string(plain);
  if (typeof plain === "boolean") return bool(plain);
  if (Array.isArray(plain)) return { kind: "list", items: (plain as readonly AnyValue[]).map(valueOf) };
  return {
    kind: "map",
    entries: new Map(
      Object.entries(plain as { readonly [key: string]: AnyValue }).map(([key, value]) => [key, valueOf(value)]),
    ),
  };
}

/** A compile-time value as JSON. */
export function plainValue(value: Value): AnyValue | undefined {
  switch (value.kind) {
    case "number":
    case "string":
    case "bool":
      return value.value;
    case "none":
      return null;
    case "list": {
      const items = value.items.map(plainValue);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case "map": {
      const entries = [...value.entries].map(([key, item]) => [key, plainValue(item)] as const);
      return entries.every(([, item]) => item !== undefined) ? (Object.fromEntries(entries) as AnyValue) : undefined;
    }
    default:
      return undefined;
  }
}
