/** Streams of bytes and of lines. */
export { Readable } from "node:stream";
export { createInterface } from "node:readline";
export { crc32, createGunzip, gunzipSync } from "node:zlib";
