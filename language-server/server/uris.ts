import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { isPrelude, prelude } from "../../compiler/prelude/prelude.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

const folder = join(packageRoot(), "compiler", "prelude");
/** The standard library is shown as the files of the package, so that every editor can open them. */
const files = new Map([...prelude.keys()].map((path) => [join(folder, path.slice(path.indexOf("/") + 1)), path]));
const shown = new Map([...files].map(([file, path]) => [path, file]));

/** The path by which the compiler knows a document. A document that is in no file, such as one that was never saved, keeps its URI. */
export function pathOf(uri: string): string {
  if (!uri.startsWith("file:")) return uri;
  const path = fileURLToPath(uri);
  return files.get(path) ?? path;
}

export function uriOf(path: string): string {
  if (isPrelude(path)) return pathToFileURL(shown.get(path) ?? path).href;
  return /^[a-z][a-z\d+.-]+:/iu.test(path) ? path : pathToFileURL(path).href;
}
