import { process } from "../host/machine.ts";
import { readdir, rm } from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";

/** A name beside `path` for what is not whole yet, by which it can be told who was writing: `.model.json.4711.partial`. */
export function temporaryName(path: string, word: "partial" | "old" = "partial"): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${word}`);
}

export interface Leftover {
  /** Relative to the folder that was looked through. */
  readonly path: string;
  /** The name that it would have had. */
  readonly of: string;
  readonly word: string;
}

/** Process ids were no part of the name of half a checkpoint until November 2026. */
const pattern = /^\.(.+?)(?:\.(\d+))?\.(partial|old)$/u;

/** What processes that are gone left half written in a folder and in those below it. */
export async function leftovers(folder: string, { deep }: { readonly deep: boolean }): Promise<readonly Leftover[]> {
  const entries = await readdir(folder, { recursive: deep }).catch(() => []);
  return entries.flatMap((path) => {
    const [, of = "", writer, word = ""] = pattern.exec(basename(path)) ?? [];
    return of !== "" && !isWriting(writer) ? [{ path, of: join(dirname(path), of), word }] : [];
  });
}

/** Removes what was half written there. To be called when nobody else writes in the folder. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const { path, word } of await leftovers(folder, { deep: true }))
    if (word === "partial") await rm(join(folder, path), { recursive: true, force: true });
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
