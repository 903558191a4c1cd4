import { dirname, join, resolve } from "./paths.ts";

let newest = 0;

/** The time of a change. No two changes have the same, so that a file of the same time has the same content. */
function timeOfChange(): number {
  newest = Math.max(Date.now(), newest + 2 ** -10);
  return newest;
}

/** A file in memory. It lives as long as someone has it open, also when it has no name any more. */
export class MemoryFile {
  readonly kind = "file";
  mtimeMs = timeOfChange();
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;

  get size(): number {
    return this.#length;
  }

  /** A view of the bytes from `start` up to, but not including, `end`. */
  view(start = 0, end: number = this.#length): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(Math.min(start, this.#length), Math.min(end, this.#length));
  }

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      // A file that is appended to gets room for more; one that is written once is exactly as large as its content.
      const larger = new Uint8Array(this.#length === 0 ? end : Math.max(end, 2 * this.#bytes.length));
      larger.set(this.view());
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, position);
    this.#length = Math.max(this.#length, end);
    this.mtimeMs = timeOfChange();
  }

  truncate(length: number): void {
    const kept = new Uint8Array(length);
    kept.set(this.view(0, length));
    this.#bytes = kept;
    this.#length = length;
    this.mtimeMs = timeOfChange();
  }
}

export class MemoryFolder {
  readonly kind = "folder";
  readonly size = 0;
  mtimeMs = timeOfChange();
  readonly entries = new Map<string, MemoryEntry>();
}

export type MemoryEntry = MemoryFile | MemoryFolder;

const messages = {
  ENOENT: "no such file or directory",
  EEXIST: "file already exists",
  ENOTDIR: "not a directory",
  EISDIR: "illegal operation on a directory",
  ENOTEMPTY: "directory not empty",
  EBADF: "bad file descriptor",
  EPERM: "operation not permitted",
  EINVAL: "invalid argument",
} as const;

/** An error as `node:fs` throws it. */
export function failure(code: keyof typeof messages, call: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${messages[code]}, ${call} '${path}'`), { code, syscall: call, path });
}

const root = new MemoryFolder();

function parts(path: string): readonly string[] {
  return resolve(path)
    .split("/")
    .filter((part) => part !== "");
}

/** The file or folder at a path; `undefined` if there is none. */
export function find(path: string): MemoryEntry | undefined {
  let entry: MemoryEntry | undefined = root;
  for (const part of parts(path)) entry = entry?.kind === "folder" ? entry.entries.get(part) : undefined;
  return entry;
}

export function require(path: string, call: string): MemoryEntry {
  const entry = find(path);
  if (entry) return entry;
  throw failure(folderAbove(path)?.kind === "file" ? "ENOTDIR" : "ENOENT", call, path);
}

/** The nearest entry above a path that exists. */
function folderAbove(path: string): MemoryEntry | undefined {
  const above = dirname(resolve(path));
  return find(above) ?? (above === "/" ? root : folderAbove(above));
}

export function requireFolder(path: string, call: string): MemoryFolder {
  const entry = require(path, call);
  if (entry.kind === "folder") return entry;
  throw failure("ENOTDIR", call, path);
}

/** The folder that holds the entry of a path, and the name of the entry in it. */
export function parentOf(path: string, call: string): readonly [folder: MemoryFolder, name: string] {
  const all = parts(path);
  const name = all.at(-1);
  if (name === undefined) throw failure("EPERM", call, path);
  const folder = find(join("/", ...all.slice(0, -1)));
  if (!folder) throw failure(folderAbove(path)?.kind === "file" ? "ENOTDIR" : "ENOENT", call, path);
  if (folder.kind === "file") throw failure("ENOTDIR", call, path);
  return [folder, name];
}

/** Gives an entry a name, or takes a name away. */
export function put(path: string, call: string, entry: MemoryEntry | undefined): void {
  const [folder, name] = parentOf(path, call);
  if (entry) folder.entries.set(name, entry);
  else folder.entries.delete(name);
  folder.mtimeMs = timeOfChange();
}

/** Makes a folder with those above it. Returns the path of the first one that was made. */
export function makeFolders(path: string, call: string): string | undefined {
  let first: string | undefined;
  let folder: MemoryEntry = root;
  let at = "";
  for (const part of parts(path)) {
    at += `/${part}`;
    if (folder.kind === "file") throw failure("ENOTDIR", call, path);
    let next: MemoryEntry | undefined = folder.entries.get(part);
    if (!next) {
      next = new MemoryFolder();
      folder.entries.set(part, next);
      first ??= at;
    }
    folder = next;
  }
  if (folder.kind === "file") throw failure("EEXIST", call, path);
  return first;
}
