import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { UnreadableValue } from "./unreadable-value.ts";

/** Turns a file reference of a data set, or of a caller, into a path that can be opened. Throws `UnreadableValue`. */
export type FileReferences = (reference: string) => Promise<string>;

/**
 * References relative to the first of these folders that has the file. A data set may come from anybody, so that it must not name files
 * outside `root`, neither by `..` nor through a link.
 */
export function referencesWithin(root: string, folders: readonly string[]): FileReferences {
  const realRoot = realpath(root);
  return async (reference) => {
    for (const folder of folders) {
      const path = await realpath(resolve(folder, reference)).catch(() => undefined);
      if (path === undefined) continue;
      if (!isInside(await realRoot, path)) throw new UnreadableValue(`"${reference}" leaves the folder of the data, ${root}`);
      return path;
    }
    throw new UnreadableValue(`"${reference}" does not exist`);
  };
}

/** For those who name their own files: relative to `folder`, anywhere. */
export function referencesFrom(folder: string): FileReferences {
  return (reference) => Promise.resolve(resolve(folder, reference));
}

/** Whether a path is a folder or below it; both without links in them. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
