import { type Dirent, readdir, realpath, stat } from "../../host/files.ts";
import { join, posix, resolve } from "../../host/paths.ts";
import { globOf, isMatch, type Reading, readOn, startOf } from "../../../compiler/globs/glob.ts";
import { filePaths, hasWildcards } from "../../../compiler/globs/parse-glob.ts";
import { UserError } from "../../user-error.ts";

/** More files than any data set has; a pattern that visits more, such as a whole disk, is an error. */
const MOST_NAMES = 1_000_000;

interface Folder {
  /** The beginning of all names in the folder: empty, or ending with a slash. */
  readonly name: string;
  readonly reading: Reading;
  /** The real paths of this folder and its parents, so that a link that leads back is not followed. */
  readonly around: readonly string[];
}

/**
 * The files in a folder that match a pattern, sorted by name. Names have `/` and are relative to the folder, as the
 * pattern is. Only folders that can match are read, and each name is read once.
 */
export async function globFiles(pattern: string, folder: string, most = MOST_NAMES): Promise<readonly string[]> {
  const { fixed, rest } = split(posix.normalize(pattern));
  const glob = globOf(rest, filePaths);
  const found: string[] = [];
  const open: Folder[] = [{ name: fixed, reading: startOf(glob), around: [] }];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const path = resolve(folder, next.name);
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || next.around.includes(real)) continue;
    for (const entry of await entriesOf(path)) {
      seen += 1;
      if (seen > most)
        throw new UserError(
          "data",
          `The pattern "${pattern}" visits more than ${most} files and folders.`,
          "Begin it with the folder of the data.",
        );
      const { reading } = readOn(glob, next.reading, entry.name);
      if (reading.length === 0) continue;
      const name = `${next.name}${entry.name}`;
      const kind = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => undefined) : entry;
      if (kind?.isDirectory() === true)
        open.push({ name: `${name}/`, reading: readOn(glob, reading, "/").reading, around: [...next.around, real] });
      else if (kind?.isFile() === true && isMatch(glob, reading)) found.push(name);
    }
  }
  return found.sort();
}

/** Splits a pattern into the folders before the first wildcard, and the rest. */
function split(pattern: string): { readonly fixed: string; readonly rest: string } {
  const segments = pattern.split("/");
  const first = segments.findIndex(hasWildcards);
  return {
    fixed: segments
      .slice(0, first)
      .map((segment) => `${segment}/`)
      .join(""),
    rest: segments.slice(first).join("/"),
  };
}

/** A folder that cannot be read counts as empty, as a missing one does. */
async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => []);
}
