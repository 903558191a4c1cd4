import { join } from "node:path";
import { load, train, type RawExample, type TrainingResult } from "../../runtime/index.ts";
import { folderWith } from "./fixture.ts";

export interface Trained {
  readonly folder: string;
  readonly result: TrainingResult;
  /** A metric on the validation split. */
  readonly value: (metric: string) => number;
  /** Predictions of the trained model, read from its folder alone. File names are relative to the data's folder. */
  readonly predict: (task: string, examples: readonly RawExample[]) => Promise<readonly unknown[]>;
}

/** Trains a specification on files by the real trainer. */
export async function trained(
  specification: string,
  files: { readonly [path: string]: string | Uint8Array },
): Promise<Trained> {
  const folder = await folderWith({ "model.mtl": specification, ...files });
  const result = await train({
    specification: join(folder, "model.mtl"),
    runs: join(folder, "runs"),
    threads: 1,
    interrupt: new AbortController().signal,
  });
  return {
    folder,
    result,
    value: (metric) =>
      result.results.find(({ split, name }) => split === "validation" && name === metric)?.value ?? Number.NaN,
    predict: async (task, examples) => {
      const model = await load(join(result.folder, "model"), { threads: 1, folder });
      try {
        return (await model.predictAll(examples, { task })).map((prediction) =>
          prediction.kind === "category" ? prediction.class : prediction,
        );
      } finally {
        await model.dispose();
      }
    },
  };
}
