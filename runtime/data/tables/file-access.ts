import { openRegular, streamRegular } from "../../files/regular-file.ts";

/** Reads the bytes of tables. All reads go through this interface, so that a caller can count them. */
export interface FileAccess {
  /** The whole file, in pieces. */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** Opens a file to read parts of it. */
  ranges(path: string): Promise<FileRanges>;
}

export interface FileRanges {
  readonly byteLength: number;
  /** A copy of the bytes from `start` up to, but not including, `end`. */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

export const nodeFiles: FileAccess = {
  stream: (path) => streamRegular(path),
  ranges: async (path) => {
    const file = await openRegular(path);
    const { size } = await file.stat().finally(() => file.close());
    return { byteLength: size, slice: (start, end = size) => readRange(path, start, Math.min(end, size)) };
  },
};

async function readRange(path: string, start: number, end: number): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(Math.max(end - start, 0));
  const file = await openRegular(path);
  try {
    for (let at = 0; at < buffer.byteLength;) {
      const { bytesRead } = await file.read(new Uint8Array(buffer), at, buffer.byteLength - at, start + at);
      if (bytesRead === 0) throw new Error("it ends early");
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return buffer;
}
