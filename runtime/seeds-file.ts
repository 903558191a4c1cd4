import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { count, list, object, string } from "../compiler/schema/schema-parts.ts";
import { splitNames } from "./data/data.ts";
import { type Sealed, type SealedJson, sealedJson, sealedSchema } from "./sealed-json.ts";
import type { SeedSummary } from "./summarize-seeds.ts";
import { UserError } from "./user-error.ts";

/** `runs/NAME-seeds-0001.json`: the runs of one specification that differ in their seed alone. */
export interface SeedsFile extends Sealed {
  readonly version: 1;
  readonly seeds: readonly number[];
  /** Names of the run folders beside it, by the order of the seeds; fewer than seeds until all have begun. */
  readonly runs: readonly string[];
  /** Once all have ended. */
  readonly summary: readonly SeedSummary[] | null;
}

const finiteOrNull = { anyOf: [{ type: "number" }, { type: "null" }] };

export const seedsFileSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:seeds:1",
  title: "Runs of one specification that differ in their seed alone",
  ...object({
    version: { const: 1 },
    seeds: { ...list(count), minItems: 2 },
    // Beside the file, and never elsewhere.
    runs: list({ type: "string", pattern: "^[A-Za-z0-9_-][A-Za-z0-9_.-]*$" }),
    summary: {
      anyOf: [
        { type: "null" },
        list(object({ task: string, split: { enum: splitNames }, name: string, values: list(finiteOrNull), mean: finiteOrNull, deviation: finiteOrNull })),
      ],
    },
  }),
});

export const seedsFile: SealedJson<SeedsFile> = sealedJson(seedsFileSchema);

/** Takes the next free `RUNS/NAME-seeds-0001.json`. */
export async function createSeedsFile(runs: string, name: string): Promise<string> {
  const prefix = `${name}-seeds-`;
  const taken = (await readdir(runs)).filter((entry) => entry.startsWith(prefix)).map((entry) => Number.parseInt(entry.slice(prefix.length), 10));
  const path = join(runs, `${prefix}${String(Math.max(0, ...taken.filter(Number.isInteger)) + 1).padStart(4, "0")}.json`);
  const file = await open(path, "wx").catch((cause: Error) => {
    throw new UserError("run_failed", `Cannot make ${path}: ${cause.message}.`, "Name a folder that can be written with --runs.", { cause });
  });
  await file.close();
  return path;
}
