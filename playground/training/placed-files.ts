import { lastOf } from "../state/project.ts";

/** Gives files the paths that tables of a specification have, where only the folder differs: `rows.csv` for `data/rows.csv`. */
export function placed(
  files: ReadonlyMap<string, Uint8Array>,
  tables: readonly string[],
): ReadonlyMap<string, Uint8Array> {
  const all = new Map(files);
  for (const table of tables) {
    if (all.has(table)) continue;
    const found = [...files.keys()].filter((path) => lastOf(path) === lastOf(table));
    const [only] = found;
    if (only === undefined || found.length > 1) continue;
    const [from, to] = [folderOf(only), folderOf(table)];
    // Files that a table refers to lie beside it.
    for (const [path, bytes] of files) if (path.startsWith(from)) all.set(to + path.slice(from.length), bytes);
  }
  return all;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
