import { existsSync } from "../../runtime/host/files.ts";
import { join, resolve } from "../../runtime/host/paths.ts";
import { readManifest } from "../../runtime/model/bundle.ts";
import { UserError } from "../../runtime/user-error.ts";
import type { ServeOptions } from "../serve.ts";

type Run = ServeOptions["runs"][number];

const namePattern = /^[A-Za-z0-9_-]+$/u;

/**
 * Runs as a command line writes them: `RUN`, whose model is named by its specification, or `NAME=RUN`. Candidates are `TABLE` for the only run, or
 * `NAME=TABLE`.
 *
 * @throws UserError if two models have one name, or candidates belong to no run.
 */
export async function namedRuns(
  written: readonly string[],
  against: readonly string[],
  folder: string,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const each of written) {
    const { name, path } = named(each, folder);
    const run = { name: name ?? (await nameOf(path)), path };
    if (runs.some((other) => other.name === run.name))
      throw new UserError("usage", `Two models are called "${run.name}".`, `Write NAME=RUN: other=${each}.`);
    runs.push(run);
  }
  const candidates = against.map((each) => named(each, folder));
  const [only, ...others] = runs;
  const stray = candidates.find(
    ({ name }) => !runs.some((run) => run.name === (name ?? only?.name)) || (name === undefined && others.length > 0),
  );
  if (stray)
    throw new UserError(
      "usage",
      `It is not said which run ranks ${stray.path}.`,
      `Write --against NAME=TABLE; names are ${runs.map(({ name }) => name).join(", ")}.`,
    );
  return runs.map((run) => {
    const own = candidates.findLast(({ name }) => (name ?? only?.name) === run.name);
    return own ? { ...run, against: own.path } : run;
  });
}

/** A path that exists is a path, whatever signs it has. */
function named(written: string, folder: string): { readonly name?: string; readonly path: string } {
  const at = written.indexOf("=");
  const name = written.slice(0, Math.max(at, 0));
  return !existsSync(resolve(folder, written)) && namePattern.test(name)
    ? { name, path: resolve(folder, written.slice(at + 1)) }
    : { path: resolve(folder, written) };
}

async function nameOf(path: string): Promise<string> {
  const inRun = join(path, "model");
  const folder = existsSync(join(inRun, "model.json")) ? inRun : path;
  // A folder without a model is reported when it is loaded.
  return existsSync(join(folder, "model.json")) ? (await readManifest(folder)).model : "model";
}
