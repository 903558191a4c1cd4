import { Buffer } from "node:buffer";

/** Bytes with conversions to text and numbers. */
export { Buffer };

/** Bytes from base64 (RFC 4648), also in the alphabet for addresses; what is not of the alphabet is skipped. */
export function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}

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
