import { readdir } from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import { list, map, number, object, string } from "../../compiler/schema/schema-parts.ts";
import { type Split, splitNames } from "../data/data.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { type Sealed, sealedJson, sealedSchema } from "../files/sealed-json.ts";

/** `eval/SPLIT.json`: the values of a run's last evaluation on a split. */
export interface ResultsFile extends Sealed {
  readonly split: Split;
  /** The checkpoint, such as `step-000500`; absent if tasks have different ones, which are in `checkpoints` by task. */
  readonly checkpoint?: string;
  readonly checkpoints?: { readonly [task: string]: string };
  readonly values: readonly {
    readonly task: string;
    readonly name: string;
    /** `null` where it is not defined. */
    readonly value: number | null;
    readonly floor?: number | null;
    /** The value when the last stage that trained the task ended, if a later stage has changed its weights. */
    readonly own?: { readonly stage: string; readonly value: number | null };
  }[];
}

const orNull = { anyOf: [number, { type: "null" }] };

export const resultsSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:results:1",
  title: "The values of a run's last evaluation on a split",
  ...object(
    {
      split: { enum: splitNames },
      values: list(
        object(
          { task: string, name: string, value: orNull },
          { floor: orNull, own: object({ stage: string, value: orNull }) },
        ),
      ),
    },
    { checkpoint: string, checkpoints: map(string) },
  ),
});

export const resultsFile = sealedJson<ResultsFile>(resultsSchema);

/** All that a run's folder has, in the order of the splits. */
export async function readResultsFiles(folder: RunFolder): Promise<readonly ResultsFile[]> {
  const there = new Set(await readdir(dirname(folder.evaluation("test"))).catch(() => []));
  const splits = splitNames.filter((split) => there.has(`${split}.json`));
  return Promise.all(
    splits.map((split) => resultsFile.readAt(folder.evaluation(split), (found) => found.split === split)),
  );
}
