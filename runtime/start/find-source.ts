import { existsSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { nearest } from "../../compiler/diagnostics/nearest.ts";
import type { ResolvedForeignStart } from "../../compiler/schema/resolved.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { isInside } from "../data/file-references.ts";
import type { Preprocessing } from "../data/data.ts";
import { preprocessingFile } from "../data/preprocessing.ts";
import { RunFolder } from "../run-folder.ts";
import { UserError } from "../user-error.ts";

/** Where `init: from(…)` looks; nothing outside of these folders is read. */
export interface SourceFolders {
  /** That of the specification. */
  readonly root: string;
  /** That of the runs. */
  readonly runs: string;
}

/** Weights outside of the run. */
export interface WeightSource {
  /** The safetensors file. */
  readonly file: string;
  /** The name of a run's checkpoint. */
  readonly checkpoint?: string;
  /** What the model learnt about its data; a file alone does not say. */
  readonly preprocessing?: Preprocessing;
}

type Wanted = Pick<ResolvedForeignStart, "path" | "checkpoint">;

/** A run's checkpoint, a trained model, or a safetensors file. Fails with a `UserError` where there is none, or it is outside. */
export async function findSource({ path, checkpoint }: Wanted, folders: SourceFolders): Promise<WeightSource> {
  const found = await pathOf(path, folders);
  if ((await stat(found)).isFile()) return { file: found };
  const run = new RunFolder(found);
  if (existsSync(run.lock)) return { ...(await checkpointOf(run, checkpoint)), preprocessing: await preprocessingFile.read(join(run.model, "preprocessing.json")) };
  if (!existsSync(join(found, "model.json"))) throw new UserError("data", `"${path}" is neither a run's folder nor a model's.`, "Name a folder that `mtl train` made, its model/, or a safetensors file.");
  return { file: join(found, "model.safetensors"), preprocessing: await preprocessingFile.read(join(found, "preprocessing.json")) };
}

/** Checkpoints may have been deleted to save space: the model of a run that has ended is its best one. */
async function checkpointOf(run: RunFolder, which: "best" | "last"): Promise<WeightSource> {
  const checkpoints = new CheckpointFolder(run.checkpoints);
  const model = join(run.model, "model.safetensors");
  if (which === "best" && !existsSync(join(run.checkpoints, "best")) && existsSync(model)) return { file: model };
  if ((await checkpoints.names()).length === 0) throw new UserError("data", `The run ${run.path} has no checkpoint.`, "Train it at least to its first checkpoint, or name another run.");
  const name = await checkpoints.pointed(which);
  return { file: join(checkpoints.folderOf(name), "model.safetensors"), checkpoint: name };
}

async function pathOf(path: string, { root, runs }: SourceFolders): Promise<string> {
  const roots = await Promise.all([root, runs].map((folder) => realpath(folder).catch(() => resolve(folder))));
  const found = await Promise.all([root, runs].map((folder) => realpath(resolve(folder, path)).catch(() => undefined)));
  const allowed = found.find((each) => each !== undefined && roots.some((folder) => isInside(folder, each)));
  if (allowed !== undefined) return allowed;
  if (found.some((each) => each !== undefined)) {
    throw new UserError("data", `"${path}" leaves the folder of the specification and that of the runs.`, `Put it below ${root} or ${runs}: a specification may come from anybody.`);
  }
  throw new UserError("data", `There is no "${path}" to start from.`, await suggestion(path, { root, runs }));
}

async function suggestion(path: string, { root, runs }: SourceFolders): Promise<string> {
  const names = await readdir(runs).catch(() => []);
  const near = nearest(basename(path), names);
  return near === undefined ? `It was looked for in ${root} and in ${runs}.` : `Did you mean "${near}", a run in ${runs}?`;
}
