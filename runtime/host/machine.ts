/** The machine and the process: how many processors and how much memory there are, and what the process was started with. */
export { default as process } from "node:process";
export { availableParallelism, hostname, tmpdir, totalmem } from "node:os";
export { execFile, execFileSync } from "node:child_process";
export { createRequire } from "node:module";
export { default as util, promisify } from "node:util";
export { isMainThread } from "node:worker_threads";
