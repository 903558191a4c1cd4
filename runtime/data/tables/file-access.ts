import { openRegular, streamRegular } from "../../files/regular-file.ts";

/** How the bytes of tables come from the disk: all of them pass here, so that whoever wants to can count them. */
export interface FileAccess {
  /** From the beginning to the end, in pieces. */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** A file of which parts are read. */
  ranges(path: string): Promise<FileRanges>;
}

export interface FileRanges {
  readonly byteLength: number;
  /** The bytes from `start` to before `end`, in memory of their own. */
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
