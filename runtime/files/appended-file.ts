import { Buffer } from "../host/bytes.ts";
import { closeSync, fsyncSync, openSync, writeSync } from "../host/files.ts";
import { cannotWrite } from "./write-atomically.ts";

/**
 * Writes to an open file and returns the number of bytes written. A test passes a function that acts like a full disk.
 */
export type WriteBytes = (file: number, bytes: Uint8Array, offset: number) => number;

const flushAfterBytes = 1 << 16;

/** A file to which data is appended in large pieces. */
export class AppendedFile {
  readonly #path: string;
  readonly #file: number;
  readonly #write: WriteBytes;
  readonly #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #bytes: number;

  /** Continues after the first `bytes` of the file, and cuts off the rest. */
  constructor(path: string, bytes: number, write: WriteBytes = writeSync) {
    this.#path = path;
    this.#write = write;
    this.#file = openSync(path, "a");
    this.#bytes = bytes;
  }

  add(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > flushAfterBytes) this.flush();
  }

  /** Bytes that cannot be written are lost: the run ends, and continues from its last checkpoint. */
  flush(): void {
    const bytes = Buffer.concat(this.#pending.splice(0));
    this.#pendingBytes = 0;
    try {
      for (let written = 0; written < bytes.length;) written += this.#write(this.#file, bytes, written);
    } catch (cause) {
      throw cannotWrite(this.#path, cause);
    }
    this.#bytes += bytes.length;
  }

  /** Waits until all bytes are on the disk. Returns the length of the file. */
  sync(): number {
    this.flush();
    fsyncSync(this.#file);
    return this.#bytes;
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.#file);
    }
  }
}
