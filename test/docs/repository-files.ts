import { readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** Folders that git ignores, by name or by path, and the runs of old versions, which are never edited. */
const skipped = /(?:^|\/)(?:node_modules|dist|runs|coverage|\.(?!github)[^/]*)$|^examples\/data\/[^/]+$/;

/**
 * Paths of the repository's files with this ending, sorted, without those whose names begin with a dot: a test may write one for a moment. It needs no git, so that it also works
 * in an unpacked archive.
 */
export function repositoryFiles(ending: string, folder = ""): readonly string[] {
  return readdirSync(join(packageRoot(), folder), { withFileTypes: true })
    .flatMap((entry): readonly string[] => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) return path.endsWith(ending) && !entry.name.startsWith(".") ? [path] : [];
      if (!entry.isDirectory()) return [];
      return skipped.test(path) ? [] : repositoryFiles(ending, path);
    })
    .toSorted((a, b) => (a < b ? -1 : 1));
}
