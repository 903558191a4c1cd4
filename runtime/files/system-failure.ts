import { UserError } from "../user-error.ts";

const full = "Free some space there.";
const forbidden = "Check who may read and write there.";
const memory = "Use a smaller file, batch or model, or a machine with more memory.";
const broken = "Check the disk, and the system's log.";

/** Hints for errors of the operating system, by code. An error with any other code counts as a bug. */
const ways: { readonly [code: string]: string } = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: "Raise the limit of a file's size (`ulimit -f`), or use another disk.",
  EROFS: "Use a folder on a disk that can be written.",
  EACCES: forbidden,
  EPERM: forbidden,
  ENOENT: "Restore it: it existed before.",
  EIO: broken,
  ESTALE: broken,
  ELOOP: "The symbolic links there form a cycle: remove one of them.",
  ENOTDIR: "A folder in that path is a file: name another path, or move the file.",
  EEXIST: "Another file has that name already: name another path, or move it.",
  EINVAL: "The system does not support this there: name another path.",
  ENODEV: "Use a regular file: pipes and devices are not read.",
  EISDIR: "There is a folder where a file is needed: move it.",
  ENOTEMPTY: "There is a folder where a file is needed: move it.",
  ENOTREG: "Use a regular file: pipes and devices are not read.",
  ENXIO: "Use a regular file: pipes and devices are not read.",
  ENAMETOOLONG: "Use shorter names, or a folder nearer to the root.",
  ENOMEM: memory,
  ERR_MEMORY_ALLOCATION_FAILED: memory,
  ERR_STRING_TOO_LONG: memory,
  ERR_FS_FILE_TOO_LARGE: memory,
  EMFILE: "Raise the limit of open files (`ulimit -n`).",
  ENFILE: "Close other programs: the system has too many open files.",
};

/** The messages of V8 about exceeded limits, with our message and hint for each. */
const limits: readonly (readonly [words: RegExp, message: string, way: string])[] = [
  [
    /allocation failed|out of memory|(could not|cannot|failed to) allocate|bad_alloc|invalid (typed array|array buffer|array|string|data ?view) length|string longer than/i,
    "There is not enough memory",
    memory,
  ],
  [/without null bytes/i, "A path cannot be used", "It contains a NUL character; check where it comes from."],
  [
    /maximum call stack/i,
    "Something is nested too deeply",
    "Look for lists, blocks or brackets that are nested thousands of levels deep.",
  ],
];

function ofLimits(error: Error): UserError | undefined {
  const [, message, way] = limits.find(([words]) => words.test(error.message)) ?? [];
  return message === undefined
    ? undefined
    : new UserError("run_failed", `${message}: ${error.message}.`, way, { cause: error });
}

/** Converts an error of the operating system to a `UserError` with a hint; returns anything else unchanged. */
export function asUserError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const limit = ofLimits(error);
  if (limit !== undefined) return limit;
  const { code, path } = error as NodeJS.ErrnoException;
  const way = code === undefined ? undefined : ways[code];
  if (way === undefined) return error;
  const about = path === undefined || error.message.includes(path) ? "" : ` (${path})`;
  return new UserError("run_failed", `The system refuses: ${error.message}${about}.`, way, { cause: error });
}
