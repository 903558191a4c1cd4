#!/usr/bin/env node
import { exitCodes } from "../../runtime/user-error.ts";
import { runCli } from "./run-cli.ts";

// A reader that has seen enough, as in `mtl expand a.mtl | head`, is no failure; without one for its progress a run goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  // A full disk behind a redirection: nobody can be told on stdout.
  process.stderr.write(`error: Cannot write to the output: ${error.message}.\n`);
  process.exit(exitCodes.run_failed);
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
});
