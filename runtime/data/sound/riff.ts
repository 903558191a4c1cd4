/**
 * Removes the chunks of odd length before the samples of a WAV file (titles and the like). Such a chunk is followed by
 * a padding byte that the decoder does not skip, so that it would not find the samples.
 */
import { Buffer } from "../../host/bytes.ts";
export function withoutOddChunks(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 12)];
  let at = 12;
  let from = at;
  while (at + 8 <= bytes.length) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    if (name === "data") break;
    const end = at + 8 + size;
    if (size % 2 === 1) {
      kept.push(bytes.subarray(from, at));
      // Some writers omit the padding byte.
      from = end + (bytes[end] === 0 ? 1 : 0);
    }
    at = size % 2 === 1 ? from : end;
  }
  return kept.length === 1 ? bytes : Buffer.concat([...kept, bytes.subarray(from)]);
}
