import { process } from "../host/machine.ts";
import * as nodeFiles from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";
import type { WritableFiles } from "./write-atomically.ts";

/**
 * A temporary name in the folder of `path`, such as `.model.json.4711.partial`: `partial` while it is being written,
 * `old` for the content that it replaces. The number is the process id, so that leftovers of a killed process can be
 * distinguished from files that another process is writing.
 */
export function temporaryName(path: string, word: "partial" | "old" = "partial"): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${word}`);
}

/**
 * The temporary name of the checkpoint at `path` while another one replaces it. It has no process id, because whoever
 * holds the lock of the run may restore it.
 */
export function formerCheckpoint(path: string): string {
  return join(dirname(path), `.${basename(path)}.former`);
}

interface Leftover {
  /** The path of the leftover. */
  readonly path: string;
  /** The final path of the file. */
  readonly of: string;
  readonly word: string;
}

/** Only checkpoints have leftovers without a process id; until November 2026 their partial files had none either. */
const pattern = /^\.(?:(.+?)\.(\d+)\.(partial|old)|(step-\d+)\.(partial|former))$/u;

/** The leftovers of ended processes, in a folder and in those below it. */
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
  /** `deep` also searches the folders below the folder. */
  readonly depth: "deep" | "flat";
  /** The path whose leftovers are mended; absent to mend all. */
  readonly of?: string;
  readonly files?: Pick<WritableFiles, "rename" | "rm">;
}

/**
 * Cleans up after a killed process: partial files are deleted, and replaced ones get their name back unless the new
 * file is complete. Only to be called while nobody else writes in the folder.
 */
export async function mendLeftovers(folder: string, { depth, of, files = nodeFiles }: MendSettings): Promise<void> {
  for (const leftover of await leftovers(folder, depth)) {
    if (of !== undefined && leftover.of !== of) continue;
    if (leftover.word !== "partial" && !nodeFiles.existsSync(leftover.of))
      await files.rename(leftover.path, leftover.of);
    else await files.rm(leftover.path, { recursive: true, force: true });
  }
}

/**
 * True if a process with this id is running. If the id was reused by another process, the leftover stays until next
 * time.
 */
function isWriting(writer: string | undefined): boolean {
  const id = Number(writer);
  if (writer === undefined || id === process.pid) return false;
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
