import { process } from "../host/machine.ts";
import * as nodeFiles from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import { temporaryName } from "./leftovers.ts";
import { UserError } from "../user-error.ts";

/** What writing needs of `node:fs/promises`; a test passes one that fails. */
export type WritableFiles = Pick<typeof nodeFiles, "mkdir" | "open" | "rename" | "rm">;

/**
 * Replaces the file at `path` by these bytes, or leaves it as it was: they go to a temporary name in the same folder, are flushed to the
 * disk, and only then take the name. A power cut or a kill at any moment leaves the old file or the new one, whole.
 */
export async function writeAtomically(
  path: string,
  chunks: Iterable<Uint8Array>,
  files: WritableFiles = nodeFiles,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeAndFlush(temporary, chunks, files);
    await renameWithRetry(temporary, path, files);
    await flushFolder(dirname(path), files);
  } catch (cause) {
    await files.rm(temporary, { force: true });
    throw cannotWrite(path, cause);
  }
}

/** Of a file or folder whose old content, if any, is as it was. */
export function cannotWrite(path: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    "run_failed",
    `Cannot write ${path}: ${reason}.`,
    "Check that the disk is not full and that the folder can be written.",
    { cause },
  );
}

async function writeAndFlush(path: string, chunks: Iterable<Uint8Array>, files: WritableFiles): Promise<void> {
  const file = await files.open(path, "w");
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

const milliseconds = [10, 20, 40, 80, 160, 320, 640] as const;

/**
 * Renames a file or folder. Windows refuses that (EPERM, EACCES or EBUSY) while another program, such as a virus scanner, has the file open: there it is tried
 * again for about a second.
 */
export async function renameWithRetry(
  from: string,
  to: string,
  files: Pick<WritableFiles, "rename"> = nodeFiles,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  for (const pause of platform === "win32" ? milliseconds : []) {
    try {
      return await files.rename(from, to);
    } catch (cause) {
      if (!["EPERM", "EACCES", "EBUSY"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return files.rename(from, to);
}

/** A new name is only safe once its folder is flushed; Windows has no such call. */
export async function flushFolder(path: string, files: WritableFiles = nodeFiles): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await files.open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
