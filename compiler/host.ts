import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { limitsVariable } from "./limits.ts";

/** What the compiler needs of the outside. */
export interface Host {
  /** The text of a file, or nothing where it cannot be read. */
  readFile(path: string): string | undefined;
  /** The path that `path`, written in the file `from`, means. */
  resolve(from: string, path: string): string;
  /** The standard library: file name (`prelude/attention.mtl`) to text, in the order in which it is read. */
  prelude(): ReadonlyMap<string, string>;
  /** Limits that the user sets, as MTL_LIMITS has them. */
  limits?(): string;
}

/** Files on disk, and the prelude of this package. */
export function createNodeHost(): Host {
  return {
    readFile(path) {
      try {
        return readRegularFile(path, largestSpecification)
          .toString("utf8")
          .replace(/^\uFEFF/, "");
      } catch {
        return undefined;
      }
    },
    resolve: (from, path) => resolve(dirname(from), path),
    prelude: readPrelude,
    limits: () => process.env[limitsVariable] ?? "",
  };
}

/** Bytes of one file of a specification: a thousand times what anybody writes by hand. */
export const largestSpecification = 2 ** 22;

/** The bytes of a file of at most so many. What is no ordinary file, such as a device or a pipe, is not waited for, and fails as the system's calls do. */
export function readRegularFile(path: string, most: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile())
      throw Object.assign(new Error(`${path} is no ordinary file`), {
        code: found.isDirectory() ? "EISDIR" : "ENOTREG",
        path,
      });
    if (found.size > most)
      throw Object.assign(new Error(`${path} has ${found.size} bytes, more than ${most}`), { code: "EFBIG", path });
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Files in memory, by path with `/`. The prelude is that of this package unless given. */
export function createMemoryHost(files: Readonly<Record<string, string>>, prelude?: ReadonlyMap<string, string>): Host {
  return {
    readFile: (path) => files[path],
    resolve: (from, path) => posix.join(posix.dirname(from), path),
    prelude: () => prelude ?? readPrelude(),
  };
}

let preludeFiles: ReadonlyMap<string, string> | undefined;

function readPrelude(): ReadonlyMap<string, string> {
  const folder = join(packageRoot(), "compiler", "prelude");
  preludeFiles ??= new Map(
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith(".mtl"))
      .toSorted()
      .map((name) => [`prelude/${name}`, readFileSync(join(folder, name), "utf8")]),
  );
  return preludeFiles;
}

/** The folder of this package's package.json: two levels up from the sources, three from what is built of them. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("this package has lost its package.json");
    folder = parent;
  }
  return folder;
}
