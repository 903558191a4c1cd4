/** The machine and the process: its processors, its memory, and the arguments and environment of the process. */
export { default as process } from "node:process";
export { availableParallelism, hostname, tmpdir, totalmem } from "node:os";
export { execFile, execFileSync, fork } from "node:child_process";
export { createRequire } from "node:module";
export { default as util, promisify } from "node:util";
export { isMainThread } from "node:worker_threads";
