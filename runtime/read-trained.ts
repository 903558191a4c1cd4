import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, readBundle, readWeights } from "./bundle.ts";
import { CheckpointFolder } from "./checkpoint/checkpoint-folder.ts";
import { type Tensors, readModel } from "./checkpoint/checkpoint.ts";
import { RunFolder } from "./run-folder.ts";
import { underNewNames } from "./start/under-new-names.ts";
import { UserError } from "./user-error.ts";

export interface Trained {
  readonly bundle: Bundle;
  readonly weights: Tensors;
}

/** A trained model, from a run's folder or from its `model/` alone. The weights of a run that has not ended are those of its best checkpoint. */
export async function readTrained(path: string): Promise<Trained> {
  const run = new RunFolder(path);
  if (!existsSync(join(run.model, "model.json")) && !existsSync(join(run.path, "model.json"))) {
    throw new UserError("usage", `"${path}" is neither a run folder nor a model's.`, "Name a folder that `mtl train` made, below runs/ by default, or its model/.");
  }
  if (!existsSync(join(run.model, "model.json"))) return trained(await readBundle(run.path), await readWeights(run.path));
  const bundle = await readBundle(run.model);
  const checkpoints = new CheckpointFolder(run.checkpoints);
  const hasEnded = existsSync(join(run.model, "model.safetensors")) || !existsSync(join(run.checkpoints, "best"));
  return trained(bundle, hasEnded ? await readWeights(run.model) : await readModel(checkpoints.folderOf(await checkpoints.pointed("best"))));
}

function trained(bundle: Bundle, weights: Tensors): Trained {
  return { bundle, weights: underNewNames(weights, bundle.compiled.program.specification.renamed) };
}
