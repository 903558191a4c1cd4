// The package has the name of a module of Node, so that its file is named.
import { Buffer as PortableBuffer } from "buffer/index.js";
import type * as node from "../bytes.ts";

/** The same class in plain JavaScript. It converts texts byte by byte, for which the browser has faster functions. */
export const Buffer = PortableBuffer as unknown as typeof node.Buffer;
export type Buffer = node.Buffer;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const fromBase64: typeof node.fromBase64 = (text) => {
  let decoded: string;
  try {
    decoded = atob(text);
  } catch {
    // The browser's function is stricter.
    return Buffer.from(text, "base64");
  }
  const bytes = new Uint8Array(decoded.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = decoded.charCodeAt(at);
  return bytes;
};

export const isAscii: typeof node.isAscii = (text) => !/[^\0-\x7f]/u.test(text);

export const writeAscii: typeof node.writeAscii = (bytes, text, at) =>
  void encoder.encodeInto(text, bytes.subarray(at, at + text.length));

export const readAscii: typeof node.readAscii = (bytes, from, to) => decoder.decode(bytes.subarray(from, to));
