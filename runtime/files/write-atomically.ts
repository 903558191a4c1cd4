import { process } from "../host/machine.ts";
import * as nodeFiles from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import { temporaryName } from "./leftovers.ts";
import { UserError } from "../user-error.ts";

/** The functions of `node:fs/promises` that writing needs; a test passes failing ones. */
export type WritableFiles = Pick<typeof nodeFiles, "mkdir" | "open" | "rename" | "rm">;

/**
 * Replaces the file at `path` by these bytes, or leaves it unchanged: they are written to a temporary name in the same
 * folder and flushed to the disk, and then renamed. A power failure or a kill at any moment leaves the complete old or
 * new file.
 */
export async function writeAtomically(
  path: string,
  chunks: Iterable<Uint8Array>,
  files: WritableFiles = nodeFiles,
): Promise<void> {
  await refuseDevice(path);
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

/** A device or a pipe would be replaced by a file, for every program of the machine. */
async function refuseDevice(path: string): Promise<void> {
  const found = await nodeFiles.stat(path).catch(() => undefined);
  if (!found || found.isFile() || found.isDirectory()) return;
  throw new UserError("usage", `Cannot write ${path}: it is not a regular file.`, "Name a file.");
}

/** The error if a file or folder could not be written and its old content is unchanged. */
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
 * Renames a file or folder. Windows refuses this (EPERM, EACCES or EBUSY) while another program, such as a virus
 * scanner, has the file open; there it is retried for about a second.
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
