import { open, readdir } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { count, list, object, string } from "../../compiler/schema/schema-parts.ts";
import { splitNames } from "../data/data.ts";
import { type Sealed, type SealedJson, sealedJson, sealedSchema } from "../files/sealed-json.ts";
import type { SeedSummary } from "./summarize-seeds.ts";
import { UserError } from "../user-error.ts";

/** The difference between runs of one specification that are trained together. */
export type RunSetKind = "seeds" | "folds";

interface RunSetFile extends Sealed {
  readonly version: 1;
  /** Names of the run folders in the same folder, in the order of the seeds or folds; fewer until all have begun. */
  readonly runs: readonly string[];
  /** The summary; null until all runs have ended. */
  readonly summary: readonly SeedSummary[] | null;
}

/** `runs/NAME-seeds-0001.json`: the runs of one specification that differ in their seed alone. */
export interface SeedsFile extends RunSetFile {
  readonly seeds: readonly number[];
}

/**
 * `runs/NAME-folds-0001.json`: the runs of one specification of which each is validated on another part of the rows;
 * folds are counted from 1.
 */
export interface FoldsFile extends RunSetFile {
  readonly folds: readonly number[];
}

/** Either of them. */
export interface RunSet extends Pick<RunSetFile, "runs" | "summary"> {
  readonly kind: RunSetKind;
  /** Seeds, or folds from 1. */
  readonly members: readonly number[];
}

const finiteOrNull = { anyOf: [{ type: "number" }, { type: "null" }] };
const shared = {
  version: { const: 1 },
  // The runs are in the folder of this file, so a name cannot be a path.
  runs: list({ type: "string", pattern: "^[A-Za-z0-9_-][A-Za-z0-9_.-]*$" }),
  summary: {
    anyOf: [
      { type: "null" },
      list(
        object({
          task: string,
          split: { enum: splitNames },
          name: string,
          values: list(finiteOrNull),
          mean: finiteOrNull,
          deviation: finiteOrNull,
        }),
      ),
    ],
  },
};

function schemaOf(kind: RunSetKind, title: string) {
  return sealedSchema({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:mtl:${kind}:1`,
    title,
    ...object({ ...shared, [kind]: { ...list(count), minItems: 2 } }),
  });
}

export const seedsFileSchema = schemaOf("seeds", "Runs of one specification that differ only in their seed");
export const foldsFileSchema = schemaOf(
  "folds",
  "Runs of one specification, each validated on another part of the rows",
);

const files: { readonly seeds: SealedJson<SeedsFile>; readonly folds: SealedJson<FoldsFile> } = {
  seeds: sealedJson(seedsFileSchema),
  folds: sealedJson(foldsFileSchema),
};

/** Names of such files. */
export const runSetName = /-(seeds|folds)-\d+\.json$/;

/** Reads a set of runs from its file. */
export async function readRunSet(path: string): Promise<RunSet> {
  if (runSetName.exec(path)?.[1] === "folds") {
    const { folds: members, runs, summary } = await files.folds.read(path);
    return { kind: "folds", members, runs, summary };
  }
  const { seeds: members, runs, summary } = await files.seeds.read(path);
  return { kind: "seeds", members, runs, summary };
}

export async function writeRunSet(path: string, { kind, members, runs, summary }: RunSet): Promise<void> {
  if (kind === "folds") await files.folds.write(path, { version: 1, folds: members, runs, summary });
  else await files.seeds.write(path, { version: 1, seeds: members, runs, summary });
}

/** Creates the first free `RUNS/NAME-seeds-0001.json`, where `NAME-seeds` is the beginning of its name. */
export async function createNumberedFile(runs: string, beginning: string): Promise<string> {
  const prefix = `${beginning}-`;
  const taken = (await readdir(runs))
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => Number.parseInt(entry.slice(prefix.length), 10));
  const path = join(
    runs,
    `${prefix}${String(Math.max(0, ...taken.filter(Number.isInteger)) + 1).padStart(4, "0")}.json`,
  );
  const file = await open(path, "wx").catch((cause: Error) => {
    throw new UserError(
      "run_failed",
      `Cannot create ${path}: ${cause.message}.`,
      "Name a folder that can be written with --runs.",
      { cause },
    );
  });
  await file.close();
  return path;
}
