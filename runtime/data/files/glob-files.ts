import { type Dirent, readdir, realpath, stat } from "../../host/files.ts";
import { join, posix, resolve } from "../../host/paths.ts";
import { globOf, isMatch, type Reading, readOn, startOf } from "../../../compiler/globs/glob.ts";
import { filePaths, hasWildcards } from "../../../compiler/globs/parse-glob.ts";
import { UserError } from "../../user-error.ts";

/** More than any data set has files; a pattern that leads through a whole disk is told of instead. */
const MOST_NAMES = 1_000_000;

interface Folder {
  /** As the pattern's names begin: empty, or with a slash behind it. */
  readonly name: string;
  readonly reading: Reading;
  /** Real paths of this folder and those around it: a link that leads back is not followed. */
  readonly around: readonly string[];
}

/**
 * The files in a folder that match a pattern, in order of their names, which have `/` and are relative to the folder as the pattern is. Only
 * folders that the pattern may lead through are read, and each name is read once.
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

/** The folders in front of the first wildcard, and the pattern behind them. */
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

/** What cannot be read has no files, as what is not there. */
async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch(() => []);
}
