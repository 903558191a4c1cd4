import { Buffer } from "./bytes.ts";
import { type MemoryEntry, MemoryFile, failure, find, put, require } from "./memory-tree.ts";

/** The flags of `open` of POSIX that are used, with Linux's numbers. */
export const constants = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 64,
  O_EXCL: 128,
  O_TRUNC: 512,
  O_APPEND: 1024,
};

const flagsOfWords: { readonly [word: string]: number } = {
  r: constants.O_RDONLY,
  "r+": constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  "w+": constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  "wx+": constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
};

/** A file or folder that is open, with the position at which it is read and written next. */
export interface OpenFile {
  readonly path: string;
  readonly entry: MemoryEntry;
  readonly appends: boolean;
  at: number;
}

const open = new Map<number, OpenFile>();
let newest = 2;

export function openFile(path: string, flags: string | number = "r"): number {
  const bits = typeof flags === "number" ? flags : (flagsOfWords[flags] ?? 0);
  let entry = find(path);
  if (entry && (bits & constants.O_EXCL) !== 0) throw failure("EEXIST", "open", path);
  if (entry?.kind === "folder" && (bits & (constants.O_WRONLY | constants.O_RDWR)) !== 0)
    throw failure("EISDIR", "open", path);
  if (!entry) {
    if ((bits & constants.O_CREAT) === 0) require(path, "open");
    entry = new MemoryFile();
    put(path, "open", entry);
  } else if ((bits & constants.O_TRUNC) !== 0 && entry.kind === "file") entry.truncate(0);
  newest += 1;
  open.set(newest, { path, entry, appends: (bits & constants.O_APPEND) !== 0, at: 0 });
  return newest;
}

export function openedFile(file: number, call: string): OpenFile {
  const found = open.get(file);
  if (!found) throw failure("EBADF", call, String(file));
  return found;
}

export function contentOf({ entry, path }: Pick<OpenFile, "entry" | "path">, call: string): MemoryFile {
  if (entry.kind === "folder") throw failure("EISDIR", call, path);
  return entry;
}

export function closeFile(file: number): void {
  openedFile(file, "close");
  open.delete(file);
}

/** Reads at a position, or from where the last call ended. Returns the number of bytes. */
export function readBytes(
  file: number,
  into: Uint8Array,
  offset = 0,
  length: number = into.byteLength - offset,
  position: number | null = null,
): number {
  const opened = openedFile(file, "read");
  const start = position ?? opened.at;
  const bytes = contentOf(opened, "read").view(start, start + length);
  into.set(bytes, offset);
  if (position === null) opened.at += bytes.length;
  return bytes.length;
}

/** Writes at a position, or from where the last call ended. Returns the number of bytes. */
export function writeBytes(
  file: number,
  from: Uint8Array | string,
  offset = 0,
  length?: number,
  position: number | null = null,
): number {
  const opened = openedFile(file, "write");
  const content = contentOf(opened, "write");
  const whole = typeof from === "string" ? Buffer.from(from) : from;
  const bytes = whole.subarray(offset, offset + (length ?? whole.length - offset));
  const at = opened.appends ? content.size : (position ?? opened.at);
  content.write(bytes, at);
  if (position === null) opened.at = at + bytes.length;
  return bytes.length;
}
