import { access, realpath } from "../../host/files.ts";
import { resolve } from "../../host/paths.ts";
import { isInside } from "../../host/portable-path.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** Resolves a file reference of a data set or of a caller to a path that can be opened. Throws `UnreadableValue`. */
export type FileReferences = (reference: string) => Promise<string>;

/**
 * Resolves references relative to the first of `folders` that has the file. Since a data set may come from anybody, it
 * must not name files outside of the folders that are `allowed`, neither by `..` nor through a link.
 */
export function referencesWithin(allowed: readonly string[], folders: readonly string[]): FileReferences {
  const realAllowed = Promise.all(allowed.map(realFolder));
  return async (reference) => {
    let isOutside = false;
    for (const folder of folders) {
      const path = await realpath(resolve(folder, reference)).catch(() => undefined);
      if (path === undefined) continue;
      if ((await realAllowed).some((each) => isInside(each, path))) return path;
      isOutside = true;
    }
    throw new UnreadableValue(
      isOutside
        ? `"${reference}" leaves the folder of the data, ${allowed.join(" or ")}`
        : `"${reference}" does not exist`,
    );
  };
}

/**
 * Resolves references relative to the first of these folders that has the file. The file may be anywhere, as the caller
 * names it.
 */
export function referencesFrom(...folders: readonly [string, ...string[]]): FileReferences {
  return async (reference) => {
    const paths = folders.map((folder) => resolve(folder, reference));
    for (const path of paths.slice(0, -1))
      if (
        await access(path).then(
          () => true,
          () => false,
        )
      )
        return path;
    return paths.at(-1) ?? reference;
  };
}

/** The path of a folder with all links resolved; the path itself if the folder does not exist. */
export function realFolder(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
