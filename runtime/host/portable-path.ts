import * as platformPaths from "./paths.ts";

/** The path functions that differ between operating systems. A test passes `win32` of `node:path`. */
export type Paths = Pick<typeof platformPaths, "dirname" | "isAbsolute" | "relative" | "sep">;

/** The path with `/` between its parts, as files of runs, manifests and hashes name it on every system. */
export function portablePath(path: string, paths: Paths = platformPaths): string {
  return path.split(paths.sep).join("/");
}

/**
 * The path relative to a folder, with `/`. It stays absolute if the two are on different drives, where no relative path
 * exists.
 */
export function portableRelative(folder: string, path: string, paths: Paths = platformPaths): string {
  return portablePath(paths.relative(folder, path), paths);
}

/** Tells whether a path is a folder or below it; neither may have links in it. */
export function isInside(root: string, path: string, paths: Paths = platformPaths): boolean {
  const way = paths.relative(root, path);
  return way !== ".." && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way);
}

/** The deepest folder that contains all of these files; `undefined` if they are on different drives. */
export function commonFolder(files: readonly string[], paths: Paths = platformPaths): string | undefined {
  let folder = paths.dirname(files[0] ?? "");
  while (!files.every((file) => isInside(folder, file, paths))) {
    const parent = paths.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return folder;
}
