import { existsSync } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { type Bundle, readBundle } from "./bundle.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { RunFolder } from "../run/run-folder.ts";
import { readTaskCheckpoints, requireStage } from "./task-checkpoints.ts";
import { type ServedTask, servedTasks } from "../train/phase/served-tasks.ts";
import { type TrainedWeights, hasWeights, readModelWeights, weightsOfCheckpoints } from "./trained-weights.ts";
import { UserError } from "../user-error.ts";

export interface Trained {
  readonly bundle: Bundle;
  /** Every task that was trained, those of the last stage first. */
  readonly tasks: readonly ServedTask[];
  readonly weights: TrainedWeights;
}

/**
 * Reads a trained model from a run's folder, or from its `model/` alone; with `stage`, as it was at the end of an
 * earlier stage of the run. The weights of a run that has not ended are those of its best checkpoint, or those of its
 * forks so far.
 */
export async function readTrained(path: string, stage?: string): Promise<Trained> {
  const run = new RunFolder(path);
  const isRun = existsSync(join(run.model, "model.json"));
  if (!isRun && !existsSync(join(run.path, "model.json"))) {
    throw new UserError(
      "usage",
      `"${path}" is neither a run folder nor a model folder.`,
      "Name a folder written by `mtl train`, below runs/ by default, or its model/.",
    );
  }
  const folder = isRun ? run.model : run.path;
  const bundle = await readBundle(folder);
  const { specification } = bundle.compiled.program;
  requireStage(specification, stage);
  const checkpoints = new CheckpointFolder(run.checkpoints);
  const isLast = stage === undefined || stage === specification.stages.at(-1)?.name;
  const hasEnded = !isRun || hasWeights(folder, bundle.manifest) || (await checkpoints.names()).length === 0;
  if (isLast && hasEnded)
    return { bundle, tasks: servedTasks(specification, stage), weights: await readModelWeights(bundle) };
  if (!isRun)
    throw new UserError(
      "usage",
      `"${path}" has only the weights of its last stage.`,
      `Name the folder of the run, whose checkpoints have those of stage ${stage}.`,
    );
  const tasks = await readTaskCheckpoints({ specification, checkpoints, stage });
  return { bundle, tasks, weights: weightsOfCheckpoints(checkpoints, tasks, specification.renamed) };
}
