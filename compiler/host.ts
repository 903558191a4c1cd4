import type { ParseResult } from "../grammar/parse.ts";

/** A parser that may remember trees, so that compilations of several entries have the same tree of a file that they share. */
export type Parse = (text: string, file: string) => ParseResult;

/** The outside world as the compiler sees it. */
export interface Host {
  /** Text of a file; `undefined` if it cannot be read. */
  readFile(path: string): string | undefined;
  /** Resolves `path` as an import in the file `from` writes it. */
  resolve(from: string, path: string): string;
  /** Limits that the user sets, in the format of MTL_LIMITS. */
  limits?(): string;
  /** Parses a text, if the host remembers trees of its own. */
  readonly parse?: Parse;
}

/** Serves files from memory, by path with `/`. */
export function createMemoryHost(files: Readonly<Record<string, string>>): Host {
  return {
    readFile: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    resolve: (from, path) =>
      normalised(path.startsWith("/") ? path : `${from.slice(0, from.lastIndexOf("/") + 1)}${path}`),
  };
}

/** A path without `.`, and without `..` after a folder. */
function normalised(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/").filter((each, index) => index === 0 || each !== "")) {
    if (segment === ".") continue;
    const last = kept.at(-1);
    if (segment !== ".." || last === undefined || last === "..") kept.push(segment);
    else if (last !== "") kept.pop();
  }
  return kept.join("/");
}
