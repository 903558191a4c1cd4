import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, readBundle } from "./bundle.ts";
import { CheckpointFolder } from "./checkpoint/checkpoint-folder.ts";
import { readModelCheckpoints } from "./checkpoint/model-checkpoints.ts";
import { RunFolder } from "./run-folder.ts";
import { type TrainedWeights, hasWeights, readModelWeights, weightsOfCheckpoints } from "./trained-weights.ts";
import { UserError } from "./user-error.ts";

export interface Trained {
  readonly bundle: Bundle;
  readonly weights: TrainedWeights;
}

/** A trained model, from a run's folder or from its `model/` alone. The weights of a run that has not ended are those of its best checkpoint, or of its forks so far. */
export async function readTrained(path: string): Promise<Trained> {
  const run = new RunFolder(path);
  const isRun = existsSync(join(run.model, "model.json"));
  if (!isRun && !existsSync(join(run.path, "model.json"))) {
    throw new UserError("usage", `"${path}" is neither a run folder nor a model's.`, "Name a folder that `mtl train` made, below runs/ by default, or its model/.");
  }
  const folder = isRun ? run.model : run.path;
  const bundle = await readBundle(folder);
  const { renamed } = bundle.compiled.program.specification;
  const checkpoints = new CheckpointFolder(run.checkpoints);
  const hasEnded = !isRun || hasWeights(folder, bundle.manifest) || (await checkpoints.names()).length === 0;
  if (hasEnded) return { bundle, weights: await readModelWeights(bundle) };
  return { bundle, weights: await weightsOfCheckpoints(checkpoints, await readModelCheckpoints(checkpoints, "best"), renamed) };
}
