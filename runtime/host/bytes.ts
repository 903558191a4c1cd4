import { Buffer } from "node:buffer";

/** Bytes with conversions to text and numbers. */
export { Buffer };

/** True if all characters of a text are ASCII, so that it has one byte for each. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text, "utf8") === text.length;
}

/** Writes a text of ASCII characters. */
export function writeAscii(bytes: Buffer, text: string, at: number): void {
  bytes.write(text, at, "latin1");
}

export function readAscii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString("latin1", from, to);
}
