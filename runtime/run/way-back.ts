import { shellWord } from "../shell-words.ts";
import { UserError } from "../user-error.ts";
import { type RunOptions, shownPath } from "./run-options.ts";

/** Adds the command that resumes the run at this path to an interruption; returns every other error unchanged. */
export function withWayBack(error: unknown, path: string, options: Pick<RunOptions, "displayPath">): unknown {
  if (!(error instanceof UserError) || error.kind !== "interrupted") return error;
  return new UserError(
    error.kind,
    error.message,
    `It is saved. To continue: mtl train --resume ${shellWord(shownPath(options, path))}`,
  );
}
