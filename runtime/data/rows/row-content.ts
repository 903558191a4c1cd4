import { Buffer } from "../../host/bytes.ts";
import { sha256 } from "../../host/hashing.ts";
import type { RowValues } from "../tables/table.ts";

/** The whole row as text, whatever the order of its columns: `[["a","x"],["b",1]]`. */
export function contentOf(values: RowValues): string {
  const cells = Object.keys(values)
    .sort()
    .map((column) => `[${JSON.stringify(column)},${cellText(values[column])}]`);
  return `[${cells.join(",")}]`;
}

/** A pseudorandom number in [0, 1) that depends on the text alone: the first six bytes of its SHA-256. */
export function numberOf(content: string): number {
  return Number.parseInt(sha256(content).slice(0, 12), 16) / 2 ** 48;
}

/** A value as text. Bytes are encoded as text, since JSON would write them as an object with a key for each byte. */
export function cellText(value: unknown): string {
  // Without a replacer function, `JSON.stringify` is several times as fast, and most cells are plain.
  const text = typeof value === "object" ? JSON.stringify(value, bytesAsText) : JSON.stringify(value);
  return text ?? "null";
}

function bytesAsText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
