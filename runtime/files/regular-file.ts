import type { Buffer } from "../host/bytes.ts";
import {
  type FileHandle,
  type Stats,
  closeSync,
  constants,
  fstatSync,
  open,
  openSync,
  readFileSync,
} from "../host/files.ts";
import type { Readable } from "../host/streams.ts";

/**
 * Opens a regular file for reading. All files that a specification, a run or a data set names are opened in this way.
 * For a device, a pipe or a folder it fails without waiting, with the errors of `node:fs`.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  // Without it, to open a pipe would wait for who writes into it. Windows has neither.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (!found.isFile()) throw notRegular(path, found);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads a regular file of at most `most` bytes. */
export async function readRegular(path: string, most: number): Promise<Buffer> {
  const file = await openRegular(path);
  try {
    const found = await file.stat();
    if (found.size > most) throw tooLarge(path, found, most);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Reads synchronously, for the compiler's host. */
export function readRegularSync(path: string, most: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw notRegular(path, found);
    if (found.size > most) throw tooLarge(path, found, most);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Its bytes piece by piece. */
export async function streamRegular(path: string, range: { readonly end?: number } = {}): Promise<Readable> {
  return (await openRegular(path)).createReadStream(range);
}

/** Why a file cannot be read, in a few words. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return (code === undefined ? undefined : reasons[code]) ?? code ?? message;
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: "it does not exist",
  ENOTDIR: "a folder in its path is a file",
  EISDIR: "it is a folder",
  ENOTREG: "it is not a regular file",
  EFBIG: "it is larger than the limit for such files",
  ELOOP: "its symbolic links form a cycle",
  EACCES: "permission to read it is denied",
  EPERM: "permission to read it is denied",
  EMFILE: "too many files are open: raise the limit (`ulimit -n`)",
};

function notRegular(path: string, found: Stats): Error {
  return found.isDirectory()
    ? failure("EISDIR", `${path} is a folder`, path)
    : failure("ENOTREG", `${path} is not a regular file`, path);
}

function tooLarge(path: string, { size }: Stats, most: number): Error {
  return failure("EFBIG", `${path} has ${size} bytes, more than ${most}`, path);
}

function failure(code: string, message: string, path: string): Error {
  return Object.assign(new Error(message), { code, path });
}
