import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RunFolder } from "../../runtime/run/run-folder.ts";

/** A run of a specification, as far as its folder is quick to read. */
export interface FoundRun {
  /** `mbt-0003`. */
  readonly name: string;
  readonly path: string;
}

/** The newest run of a specification in a folder `runs` beside it or beside a folder around it; `undefined` if there is none. */
export function newestRun(specification: string, model: string): FoundRun | undefined {
  const folder = dirname(resolve(specification));
  const found = foldersAround(folder).flatMap((around) =>
    entriesOf(join(around, "runs")).flatMap((entry) => {
      const run = new RunFolder(join(around, "runs", entry));
      const root = textIn(run.lock, "root");
      const created = textIn(run.lock, "created") ?? "";
      return root !== undefined && resolve(run.path, root) === folder ? [{ run, created }] : [];
    }),
  );
  const newest = found
    .toSorted((one, other) => (one.created < other.created ? 1 : -1))
    .find(({ run }) => textIn(run.resolved, "model", "name") === model);
  return newest && { name: basename(newest.run.path), path: newest.run.path };
}

/** A text that changes whenever a run has logged something. */
export function stampOf({ path }: FoundRun): string {
  const { metrics, log, model } = new RunFolder(path);
  return [metrics, log, join(model, "model.safetensors")]
    .map((file) => {
      try {
        const { size, mtimeMs } = statSync(file);
        return `${size} ${mtimeMs}`;
      } catch {
        return "";
      }
    })
    .join(", ");
}

function foldersAround(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAround(above)];
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A text in a file of a run, which may be missing, or in the middle of being written. */
function textIn(path: string, ...keys: readonly string[]): string | undefined {
  try {
    const found = keys.reduce<unknown>(
      (value, key) => (value as Readonly<Record<string, unknown>>)[key],
      JSON.parse(readFileSync(path, "utf8")),
    );
    return typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}
