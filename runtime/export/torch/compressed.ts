import { deflateSync } from "../../host/streams.ts";

/** Bytes compressed by zlib, in base64, as `stored` of an exported module reads them. */
export function compressed(bytes: Uint8Array): string {
  const deflated = deflateSync(bytes);
  return btoa(Array.from(deflated, (byte) => String.fromCodePoint(byte)).join(""));
}
