#!/usr/bin/env node
import { exitCodes } from "../runtime/user-error.ts";
import type { Io } from "./io.ts";

let lost: Error | undefined;

// Work that is not yet saved never ends because nobody can be told of it. A reader that has seen enough, as in `mtl expand a.mtl | head`, is no
// failure; a full disk behind a redirection is one, which is told when everything else is done.
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

/** A machine on which not even the program's own files can be opened is told so. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { runCli } = await import("./run-cli.ts");
    return await runCli(argv, io);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || !["EMFILE", "ENFILE", "EACCES", "EIO", "ENOMEM"].includes(code)) throw cause;
    process.stderr.write(
      `error: mtl cannot be started: ${message}.\nhelp: Raise the limit of open files (\`ulimit -n\`), or look who may read the folder that mtl is installed in.\n`,
    );
    return exitCodes.run_failed;
  }
}
