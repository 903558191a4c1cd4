import { process } from "../host/machine.ts";
import * as nodeFiles from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";
import type { WritableFiles } from "./write-atomically.ts";

/**
 * A name beside `path`, such as `.model.json.4711.partial`: `partial` while it is being written, `old` for what it replaces. The number is the process,
 * so that a leftover of a process that is gone can be told from the work of another one.
 */
export function temporaryName(path: string, word: "partial" | "old" = "partial"): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${word}`);
}

/** The name beside the checkpoint at `path` for the one that it replaces. It has no number of a process: whoever holds the lock of the run may put it back. */
export function formerCheckpoint(path: string): string {
  return join(dirname(path), `.${basename(path)}.former`);
}

interface Leftover {
  /** The path of the leftover. */
  readonly path: string;
  /** The path that it would have had. */
  readonly of: string;
  readonly word: string;
}

/** Checkpoints alone have leftovers without the number of a process; until November 2026 half checkpoints had none either. */
const pattern = /^\.(?:(.+?)\.(\d+)\.(partial|old)|(step-\d+)\.(partial|former))$/u;

/** Leftovers of processes that are gone, in a folder and in those below it. */
async function leftovers(folder: string, depth: "deep" | "flat"): Promise<readonly Leftover[]> {
  const entries = await nodeFiles.readdir(folder, { recursive: depth === "deep" }).catch(() => []);
  return entries.flatMap((entry) => {
    const [, written, writer, half, checkpoint, left] = pattern.exec(basename(entry)) ?? [];
    const [of, word] = [written ?? checkpoint, half ?? left];
    const path = join(folder, entry);
    return of !== undefined && word !== undefined && !isWriting(writer)
      ? [{ path, of: join(dirname(path), of), word }]
      : [];
  });
}

interface MendSettings {
  /** Whether folders below the folder are looked through, too. */
  readonly depth: "deep" | "flat";
  /** The path that leftovers are of; all are mended if it is absent. */
  readonly of?: string;
  readonly files?: Pick<WritableFiles, "rename" | "rm">;
}

/**
 * Mends what a kill has left: what was being written is removed, and what was being replaced gets its name back, unless its successor has it already.
 * To be called when nobody else writes in the folder.
 */
export async function mendLeftovers(folder: string, { depth, of, files = nodeFiles }: MendSettings): Promise<void> {
  for (const leftover of await leftovers(folder, depth)) {
    if (of !== undefined && leftover.of !== of) continue;
    if (leftover.word !== "partial" && !nodeFiles.existsSync(leftover.of))
      await files.rename(leftover.path, leftover.of);
    else await files.rm(leftover.path, { recursive: true, force: true });
  }
}

/** A number that another process has by now keeps a leftover until next time. */
function isWriting(writer: string | undefined): boolean {
  const id = Number(writer);
  if (writer === undefined || id === process.pid) return false;
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
