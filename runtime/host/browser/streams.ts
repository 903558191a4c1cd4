import { Gunzip, gunzipSync as unpacked } from "fflate";
import { createCRC32 } from "hash-wasm";
import type * as node from "../streams.ts";
import { Buffer } from "./bytes.ts";

export type Readable = AsyncIterable<Uint8Array>;

const hasher = await createCRC32();
export const crc32: typeof node.crc32 = (content) =>
  Number.parseInt(
    hasher
      .init()
      .update(content as Uint8Array)
      .digest("hex"),
    16,
  );

export const gunzipSync = ((bytes: Uint8Array, { maxOutputLength = Infinity } = {}) => {
  // The last four bytes of the format are the length of the content.
  const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  if (length > maxOutputLength) throw new RangeError(`it has ${length} bytes when it is unpacked`);
  return Buffer.from(unpacked(bytes).buffer);
}) as typeof node.gunzipSync;

export async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let isWhole = false;
  const gunzip = new Gunzip((piece, isLast) => {
    ready.push(piece);
    isWhole ||= isLast;
  });
  const push = (piece: Uint8Array, isLast: boolean): void => {
    try {
      gunzip.push(piece, isLast);
    } catch (cause) {
      throw Object.assign(new Error((cause as Error).message, { cause }), { code: "Z_DATA_ERROR" });
    }
  };
  for await (const piece of packed) {
    push(piece, false);
    yield* ready.splice(0);
  }
  push(new Uint8Array(0), true);
  if (!isWhole) throw Object.assign(new Error("unexpected end of file"), { code: "Z_BUF_ERROR" });
  yield* ready.splice(0);
}

export async function* linesOf(text: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r\n|\n|\r(?!$)/u);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  const last = (rest + decoder.decode()).split(/\r\n|\n|\r/u);
  if (last.at(-1) === "") last.pop();
  yield* last;
}
