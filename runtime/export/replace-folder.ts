import { existsSync, mkdir, readdir, rename, rm, stat } from "../host/files.ts";
import { dirname, join, resolve } from "../host/paths.ts";
import { portableRelative } from "../host/portable-path.ts";
import { mendLeftovers, temporaryName } from "../files/leftovers.ts";
import { flushFolder, renameWithRetry } from "../files/write-atomically.ts";
import { UserError } from "../user-error.ts";

/** The folders that may be replaced: one whose every file `ownFiles` names, or any. */
export type Replaceable = "own" | "anything";

export interface FolderReplacement {
  readonly path: string;
  readonly replace: Replaceable;
  /** The files in a folder that this program has written, by path with `/`. Throws if it is not one of its folders. */
  readonly ownFiles: (folder: string) => Promise<ReadonlySet<string>>;
  /** Fills a new, empty folder. */
  readonly fill: (folder: string) => Promise<void>;
}

/** Writes a folder under a temporary name and then renames it, so that it is complete, or unchanged. */
export async function replaceFolder({ path, replace, ownFiles, fill }: FolderReplacement): Promise<void> {
  const place = resolve(path);
  if (replace === "own") await refuseForeign(place, ownFiles);
  const [partial, old] = [temporaryName(place, "partial"), temporaryName(place, "old")];
  await mendLeftovers(dirname(place), { depth: "flat", of: place });
  try {
    await mkdir(partial, { recursive: true });
    await fill(partial);
    if (existsSync(place)) await renameWithRetry(place, old);
    await renameWithRetry(partial, place);
    await flushFolder(dirname(place));
  } catch (cause) {
    if (existsSync(old) && !existsSync(place)) await rename(old, place);
    if (cause instanceof UserError || !(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new UserError(
      "run_failed",
      `Cannot write ${path}: ${cause.message}.`,
      "Name a folder that can be created, on a disk that is not full.",
      { cause },
    );
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function refuseForeign(place: string, ownFiles: FolderReplacement["ownFiles"]): Promise<void> {
  const there = await stat(place).catch(() => undefined);
  if (!there) return;
  const help = "Name another folder, or replace it with --force.";
  if (!there.isDirectory()) throw new UserError("usage", `${place} is a file.`, help);
  const files = (await readdir(place, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => portableRelative(place, join(entry.parentPath, entry.name)));
  if (files.length === 0) return;
  const own = await ownFiles(place).catch(() => new Set<string>());
  const foreign = files.find((file) => !own.has(file));
  if (foreign !== undefined)
    throw new UserError("usage", `${place} contains ${foreign}, which mtl compile did not write.`, help);
}
