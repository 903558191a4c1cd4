/** The outside world, as far as the compiler needs it. */
export interface Host {
  /** The text of a file; `undefined` where it cannot be read. */
  readFile(path: string): string | undefined;
  /** The path of the file that an import in the file `from` writes as `path`. */
  resolve(from: string, path: string): string;
  /** Limits that the user sets, as MTL_LIMITS has them. */
  limits?(): string;
}

/** Files in memory, by path with `/`. */
export function createMemoryHost(files: Readonly<Record<string, string>>): Host {
  return {
    readFile: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    resolve: (from, path) =>
      normalised(path.startsWith("/") ? path : `${from.slice(0, from.lastIndexOf("/") + 1)}${path}`),
  };
}

/** A path without `.`, and without `..` where there is a folder to leave. */
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
