import type * as node from "../files.ts";
import { Buffer } from "./bytes.ts";
import {
  type MemoryEntry,
  MemoryFolder,
  failure,
  find,
  makeFolders,
  parentOf,
  put,
  require,
  requireFolder,
} from "./memory-tree.ts";
import { closeFile, constants as flags, contentOf, openFile, openedFile, readBytes, writeBytes } from "./open-files.ts";
import { basename, dirname, join, resolve } from "./paths.ts";

export type { Dirent, FileHandle, Stats } from "../files.ts";

// The functions of Node that the runtime calls, on files in the memory of the page, with the same errors. A test compares
// the two. Each has the type of Node's; what they lack of it is what nobody here uses, such as links and owners.

export const constants = flags as unknown as typeof node.constants;

makeFolders("/tmp", "mkdir");

type Encoding = "utf8" | "utf-8" | "latin1";
type WithEncoding = Encoding | { readonly encoding?: Encoding } | undefined;

function statsOf(entry: MemoryEntry) {
  const { size, mtimeMs, kind } = entry;
  return {
    size,
    mtimeMs,
    mtime: new Date(mtimeMs),
    isFile: () => kind === "file",
    isDirectory: () => kind === "folder",
    isSymbolicLink: () => false,
  };
}

function withEncoding(bytes: Uint8Array, options: WithEncoding): Buffer | string {
  const encoding = typeof options === "string" ? options : options?.encoding;
  // A copy: what is written later must not change what was read.
  const copy = Buffer.from(bytes);
  return encoding === undefined ? copy : copy.toString(encoding);
}

function asBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? Buffer.from(content) : content;
}

const sync = {
  openSync: openFile,
  closeSync: closeFile,
  readSync: readBytes,
  writeSync: writeBytes,
  fsyncSync: (file: number): void => void openedFile(file, "fsync"),
  fstatSync: (file: number) => statsOf(openedFile(file, "fstat").entry),
  existsSync: (path: string) => find(path) !== undefined,
  realpathSync: (path: string) => {
    require(path, "realpath");
    return resolve(path);
  },
  statSync: (path: string, { throwIfNoEntry = true } = {}) => {
    const entry = throwIfNoEntry ? require(path, "stat") : find(path);
    return entry && statsOf(entry);
  },
  readFileSync: (path: string | number, options?: WithEncoding) => {
    const opened = typeof path === "number" ? openedFile(path, "read") : { path, entry: require(path, "open") };
    return withEncoding(contentOf(opened, "read").view(), options);
  },
  writeFileSync: (path: string, content: string | Uint8Array, options: { readonly flag?: string } = {}) => {
    const file = openFile(path, options.flag ?? "w");
    writeBytes(file, asBytes(content));
    closeFile(file);
  },
  appendFileSync: (path: string, content: string | Uint8Array) => sync.writeFileSync(path, content, { flag: "a" }),
  truncateSync: (path: string, length = 0) =>
    contentOf({ path, entry: require(path, "open") }, "truncate").truncate(length),
  mkdirSync: (path: string, { recursive = false } = {}) => {
    if (recursive) return makeFolders(path, "mkdir");
    if (find(path)) throw failure("EEXIST", "mkdir", path);
    put(path, "mkdir", new MemoryFolder());
    return undefined;
  },
  unlinkSync: (path: string) => {
    if (require(path, "unlink").kind === "folder") throw failure("EISDIR", "unlink", path);
    put(path, "unlink", undefined);
  },
  rmSync: (path: string, { recursive = false, force = false } = {}) => {
    const entry = find(path);
    if (!entry && force) return;
    if (require(path, "rm").kind === "folder" && !recursive)
      throw Object.assign(failure("EISDIR", "rm", path), { code: "ERR_FS_EISDIR" });
    put(path, "rm", undefined);
  },
  renameSync: (from: string, to: string) => {
    const entry = require(from, "rename");
    const there = find(to);
    if (there === entry) return;
    if (there && there.kind !== entry.kind)
      throw failure(there.kind === "folder" ? "EISDIR" : "ENOTDIR", "rename", from);
    if (there?.kind === "folder" && there.entries.size > 0) throw failure("ENOTEMPTY", "rename", from);
    if (entry.kind === "folder" && `${resolve(to)}/`.startsWith(`${resolve(from)}/`))
      throw failure("EINVAL", "rename", from);
    parentOf(to, "rename");
    put(from, "rename", undefined);
    put(to, "rename", entry);
  },
  copyFileSync: (from: string, to: string) => sync.writeFileSync(to, sync.readFileSync(from)),
  accessSync: (path: string): void => void require(path, "access"),
  mkdtempSync: (prefix: string) => {
    const path = `${prefix}${crypto.randomUUID().slice(0, 6)}`;
    sync.mkdirSync(path);
    return path;
  },
  readdirSync: (path: string, { recursive = false, withFileTypes = false } = {}) => {
    const found = [...entriesOf(path, "", recursive)];
    return withFileTypes
      ? found.map(({ name, entry }) => ({
          ...statsOf(entry),
          name: basename(name),
          parentPath: dirname(join(path, name)),
        }))
      : found.map(({ name }) => name);
  },
};

function* entriesOf(
  path: string,
  before: string,
  recursive: boolean,
): Generator<{ readonly name: string; readonly entry: MemoryEntry }> {
  for (const [name, entry] of [...requireFolder(path, "scandir").entries].sort(([left], [right]) =>
    left < right ? -1 : 1,
  )) {
    yield { name: before + name, entry };
    if (recursive && entry.kind === "folder") yield* entriesOf(join(path, name), `${before}${name}/`, recursive);
  }
}

/** A file that is open, for functions that wait. */
class MemoryHandle {
  readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  stat = async () => sync.fstatSync(this.fd);
  readFile = async (options?: WithEncoding) => sync.readFileSync(this.fd, options);
  writeFile = async (content: string | Uint8Array): Promise<void> => void writeBytes(this.fd, asBytes(content));
  read = async (buffer: Uint8Array, offset?: number, length?: number, position?: number | null) => ({
    bytesRead: readBytes(this.fd, buffer, offset, length, position),
    buffer,
  });
  write = async (buffer: Uint8Array, offset?: number, length?: number, position?: number | null) => ({
    bytesWritten: writeBytes(this.fd, buffer, offset, length, position),
    buffer,
  });
  sync = async (): Promise<void> => sync.fsyncSync(this.fd);
  close = async (): Promise<void> => closeFile(this.fd);

  /** The bytes up to and including `end`, in pieces; the file is closed behind them. */
  async *createReadStream({ end = Infinity }: { readonly end?: number } = {}): AsyncGenerator<Buffer> {
    try {
      for (let at = 0; at <= end; at += pieceBytes) {
        const piece = contentOf(openedFile(this.fd, "read"), "read").view(at, Math.min(at + pieceBytes, end + 1));
        if (piece.length === 0) return;
        yield Buffer.from(piece);
      }
    } finally {
      closeFile(this.fd);
    }
  }
}

const pieceBytes = 1 << 16;

function later<Parameters extends readonly unknown[], Result>(call: (...parameters: Parameters) => Result) {
  return async (...parameters: Parameters): Promise<Result> => call(...parameters);
}

export const access = later(sync.accessSync) as unknown as typeof node.access;
export const copyFile = later(sync.copyFileSync) as unknown as typeof node.copyFile;
export const mkdir = later(sync.mkdirSync) as unknown as typeof node.mkdir;
export const mkdtemp = later(sync.mkdtempSync) as unknown as typeof node.mkdtemp;
export const open = later(
  (path: string, how?: string | number) => new MemoryHandle(openFile(path, how)),
) as unknown as typeof node.open;
export const readdir = later(sync.readdirSync) as unknown as typeof node.readdir;
export const readFile = later(sync.readFileSync) as unknown as typeof node.readFile;
export const realpath = later(sync.realpathSync) as unknown as typeof node.realpath;
export const rename = later(sync.renameSync) as unknown as typeof node.rename;
export const rm = later(sync.rmSync) as unknown as typeof node.rm;
export const stat = later(sync.statSync) as unknown as typeof node.stat;
export const unlink = later(sync.unlinkSync) as unknown as typeof node.unlink;
export const writeFile = later(sync.writeFileSync) as unknown as typeof node.writeFile;

export const appendFileSync = sync.appendFileSync as unknown as typeof node.appendFileSync;
export const closeSync: typeof node.closeSync = sync.closeSync;
export const existsSync = sync.existsSync as unknown as typeof node.existsSync;
export const fstatSync = sync.fstatSync as unknown as typeof node.fstatSync;
export const fsyncSync: typeof node.fsyncSync = sync.fsyncSync;
export const mkdirSync = sync.mkdirSync as unknown as typeof node.mkdirSync;
export const openSync = sync.openSync as unknown as typeof node.openSync;
export const readdirSync = sync.readdirSync as unknown as typeof node.readdirSync;
export const readFileSync = sync.readFileSync as unknown as typeof node.readFileSync;
export const readSync = sync.readSync as unknown as typeof node.readSync;
export const realpathSync = sync.realpathSync as unknown as typeof node.realpathSync;
export const rmSync = sync.rmSync as unknown as typeof node.rmSync;
export const statSync = sync.statSync as unknown as typeof node.statSync;
export const truncateSync = sync.truncateSync as unknown as typeof node.truncateSync;
export const unlinkSync = sync.unlinkSync as unknown as typeof node.unlinkSync;
export const writeSync = sync.writeSync as unknown as typeof node.writeSync;
