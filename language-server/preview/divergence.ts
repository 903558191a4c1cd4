import { readFileSync } from "node:fs";
import { RunFolder } from "../../runtime/run/run-folder.ts";

/** The first value of a run that was not finite. */
export interface Divergence {
  readonly stage: string;
  /** The sentence of the run's log. */
  readonly message: string;
}

/** Lines of `log.txt` begin with a time. */
const line = /^\S+ (The (?:loss|weight) .*? at step \d+ of stage ([\w-]+).*)$/u;

/** The divergence in a run's log, unless the run was continued after it. */
export function divergenceIn(log: string): Divergence | undefined {
  let found: Divergence | undefined;
  for (const written of log.split("\n")) {
    const [, message, stage] = line.exec(written) ?? [];
    if (message !== undefined && stage !== undefined) found = { stage, message };
    else if (/^\S+ (?:Begins|Continues) /u.test(written)) found = undefined;
  }
  return found;
}

/** The divergence with which a run ended. */
export function divergenceOf(run: string): Divergence | undefined {
  try {
    return divergenceIn(readFileSync(new RunFolder(run).log, "utf8"));
  } catch {
    return undefined;
  }
}
