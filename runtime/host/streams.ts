import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

export { crc32, gunzipSync } from "node:zlib";
export type { Readable } from "node:stream";

/** The unpacked content of a file in gzip's format. An error of the format has a `code` that begins with `Z_`. */
export async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const pieces = Readable.from(packed).on("error", (error) => gunzip.destroy(error));
  for await (const piece of pieces.pipe(gunzip)) yield piece as Uint8Array;
}

/** The lines of a text in UTF-8, without their line endings. */
export function linesOf(text: Readable): AsyncIterable<string> {
  return createInterface({ input: text, crlfDelay: Infinity });
}
