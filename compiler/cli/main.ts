#!/usr/bin/env node
import { exitCodes } from "../../runtime/user-error.ts";
import { runCli } from "./run-cli.ts";

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

const exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
});
process.exitCode = lost === undefined ? exitCode : exitCodes.run_failed;
