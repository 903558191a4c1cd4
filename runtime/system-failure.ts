import { UserError } from "./user-error.ts";

const full = "Free some space there.";
const forbidden = "Look who may read and write there.";
const broken = "Look at the disk, and at the system's log.";

/** What a user can do about an error of the operating system, by its code. Other codes are bugs of ours until somebody shows otherwise. */
const ways: { readonly [code: string]: string } = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: "Raise the limit of a file's size (`ulimit -f`), or use another disk.",
  EROFS: "Use a folder on a disk that can be written.",
  EACCES: forbidden,
  EPERM: forbidden,
  ENOENT: "Put it back: it was there before.",
  EIO: broken,
  ESTALE: broken,
  EMFILE: "Raise the limit of open files (`ulimit -n`).",
  ENFILE: "Close other programs: the system has too many open files.",
};

/** An error of the operating system as a `UserError` that says what to do; anything else as it is. */
export function asUserError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  const way = code === undefined ? undefined : ways[code];
  if (way === undefined) return error;
  const about = path === undefined || error.message.includes(path) ? "" : ` (${path})`;
  return new UserError("run_failed", `The system refuses: ${error.message}${about}.`, way, { cause: error });
}
