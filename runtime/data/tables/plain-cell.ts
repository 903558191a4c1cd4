/**
 * A value of a columnar file as a JSON file would have it, which is what readers of features and targets take: dates as text, integers of 64 bits as
 * numbers where they are exact and as text where not, typed lists as lists, and NaN, by which NumPy and its kin leave a gap, as nothing. Bytes stay bytes, of their own: what is handed on must not hold, or drag along, the file.
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

/** A list has a place for what is not there. */
function plainElement(value: unknown): unknown {
  return plainCell(value) ?? null;
}

export function plainRow(row: { readonly [column: string]: unknown }): { readonly [column: string]: unknown } {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainCell(value)]));
}
