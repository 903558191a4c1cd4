import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from "../../host/files.ts";
import { randomUUID } from "../../host/hashing.ts";
import { join } from "../../host/paths.ts";
import { UserError } from "../../user-error.ts";

/**
 * A temporary file of one process for data that does not fit in its memory. It is unlinked as soon as it is open, so
 * that nothing remains however the process ends; on a system that does not allow this, it is deleted on closing. Reads
 * and writes are synchronous, because cells are read in the middle of computations.
 */
export class PageFile {
  readonly #path: string;
  readonly #file: number;

  constructor(folder: string) {
    this.#path = join(folder, `rows-${randomUUID()}.tmp`);
    try {
      mkdirSync(folder, { recursive: true });
      this.#file = openSync(this.#path, "wx+");
    } catch (cause) {
      throw this.#failure(cause);
    }
    unlink(this.#path);
  }

  read(bytes: Uint8Array, position: number): void {
    for (let at = 0; at < bytes.length;) {
      const count = readSync(this.#file, bytes, at, bytes.length - at, position + at);
      if (count === 0) throw new Error(`the file of rows ends before ${position + bytes.length}`);
      at += count;
    }
  }

  write(bytes: Uint8Array, position: number): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at, position + at);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  close(): void {
    closeSync(this.#file);
    unlink(this.#path);
  }

  #failure(cause: unknown): UserError {
    return new UserError(
      "data",
      `Rows that do not fit in memory cannot be written to ${this.#path}: ${(cause as Error).message}.`,
      "The file needs as much space as the columns that are used. The variable MTL_CACHE names another folder for it.",
      { cause },
    );
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file has already been unlinked, or the system keeps the names of open files.
  }
}
