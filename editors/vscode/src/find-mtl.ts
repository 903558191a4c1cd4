import { dirname, join } from "node:path";

/** An mtl that was found: the file of its command line, which also serves the editor. */
export interface FoundMtl {
  readonly main: string;
  readonly from: "setting" | "workspace" | "extension";
}

export interface Search {
  /** The setting `mtl.server.path`; empty if it is not set. */
  readonly setting: string;
  /** Folders of the workspace; none if it is not trusted, because what they contain would run. */
  readonly folders: readonly string[];
  /** The server that comes with the extension. */
  readonly bundled: string;
  readonly exists: (path: string) => boolean;
}

const mainOf = (folder: string): string => join(folder, "dist", "cli", "main.js");

/**
 * Finds mtl: by the setting, else in `node_modules` of a folder of the workspace or of one above it, else in the extension. `undefined` if the setting names
 * nothing that is there, or there is none at all.
 */
export function findMtl({ setting, folders, bundled, exists }: Search): FoundMtl | undefined {
  if (setting !== "") {
    const main = [setting, mainOf(setting)].find((path) => /\.[cm]?js$/.test(path) && exists(path));
    return main === undefined ? undefined : { main, from: "setting" };
  }
  const installed = folders
    .flatMap(withParents)
    .map((folder) => mainOf(join(folder, "node_modules", "mtl")))
    .find(exists);
  if (installed !== undefined) return { main: installed, from: "workspace" };
  return exists(bundled) ? { main: bundled, from: "extension" } : undefined;
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

/** The words with which a terminal runs mtl; `undefined` if only the extension has one, which cannot train. */
export function commandOf(found: FoundMtl | undefined): readonly string[] | undefined {
  if (found?.from === "setting") return ["node", found.main];
  return found?.from === "workspace" ? ["npx", "mtl"] : undefined;
}
