import { basename, dirname, join, resolve } from "../host/paths.ts";
import { takeProcessLock } from "./process-lock.ts";

/**
 * Holds the lock of a file that lists runs: two processes that complete the same list would both train the runs that
 * have not begun.
 */
export async function withFileLock<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  const lock = await takeProcessLock(join(dirname(resolve(path)), `.${basename(path)}.lock`));
  try {
    return await use();
  } finally {
    await lock.release();
  }
}
