#!/usr/bin/env node
import { exitCodes } from "../runtime/user-error.ts";
import type { Io } from "./io.ts";

let lost: Error | undefined;

// A write error must not end work that is not saved yet. A closed pipe, as in `mtl expand a.mtl | head`, is not a
// failure; a full disk behind a redirection is one, and is reported when everything else is done.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || lost !== undefined) return;
  lost = error;
  process.stderr.write(`error: Cannot write to the output: ${error.message}.\n`);
  process.exitCode = exitCodes.run_failed;
});
process.stderr.on("error", () => {});

const exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
});
process.exitCode = lost === undefined ? exitCode : exitCodes.run_failed;

/** Reports a machine on which even the program's own files cannot be opened. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { runCli } = await import("./run-cli.ts");
    return await runCli(argv, io);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || !["EMFILE", "ENFILE", "EACCES", "EIO", "ENOMEM"].includes(code)) throw cause;
    process.stderr.write(
      `error: mtl cannot be started: ${message}.\nhelp: Raise the limit of open files (\`ulimit -n\`), or check who may read the folder that mtl is installed in.\n`,
    );
    return exitCodes.run_failed;
  }
}
