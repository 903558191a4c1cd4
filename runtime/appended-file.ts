import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

const flushAfterBytes = 1 << 16;

/** A file that is appended to, a good piece at a time. */
export class AppendedFile {
  readonly #file: number;
  readonly #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #bytes: number;

  /** Goes on after the first `bytes` of the file, which are all that it has. */
  constructor(path: string, bytes: number) {
    this.#file = openSync(path, "a");
    this.#bytes = bytes;
  }

  add(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > flushAfterBytes) this.flush();
  }

  flush(): void {
    const bytes = Buffer.concat(this.#pending.splice(0));
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#bytes += bytes.length;
    this.#pendingBytes = 0;
  }

  /** Everything so far is on the disk; gives the length of the file. */
  sync(): number {
    this.flush();
    fsyncSync(this.#file);
    return this.#bytes;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
