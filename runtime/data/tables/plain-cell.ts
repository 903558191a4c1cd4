/**
 * Converts a value of a columnar file to what a JSON file would have, as readers of features and targets expect: dates
 * become text, 64-bit integers become numbers if these are exact and else text, typed arrays become lists, and NaN,
 * which NumPy writes for a missing value, becomes `undefined`. Bytes are copied, so that they do not keep the file in
 * memory.
 */
export function plainCell(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number" && Number.isNaN(value)) return undefined;
  if (typeof value !== "object") return value;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number | bigint>, plainElement);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), plainCell(each)]));
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plainElement);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainCell(each)]));
}

/** In a list, a missing element is null. */
function plainElement(value: unknown): unknown {
  return plainCell(value) ?? null;
}

export function plainRow(row: { readonly [column: string]: unknown }): { readonly [column: string]: unknown } {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainCell(value)]));
}
