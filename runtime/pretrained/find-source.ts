import { existsSync, readdir, realpath, stat } from "../host/files.ts";
import { type Learnt, learntOf } from "./learnt.ts";
import { basename, join, resolve } from "../host/paths.ts";
import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import { readManifest } from "../model/bundle.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { readModelCheckpoints } from "../checkpoint/model-checkpoints.ts";
import { isInside } from "../host/portable-path.ts";
import { RunFolder } from "../run/run-folder.ts";
import { forksOfModel } from "../model/trained-weights.ts";
import { UserError } from "../user-error.ts";

/** The folders in which `init: from(…)` searches; files outside of them are not read. */
export interface SourceFolders {
  /** The folder of the specification. */
  readonly root: string;
  /** The folder of the runs. */
  readonly runs: string;
}

/** Weights outside of the run. */
export interface WeightSource extends Learnt {
  /** Safetensors files: a single one, or for a model that forked the one of all tasks and those of single tasks. */
  readonly files: readonly string[];
  /** The expected SHA-256 of each file, if that is known. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** The name of a run's checkpoint. */
  readonly checkpoint?: string;
}

type Wanted = Pick<ResolvedWarmStart, "path" | "checkpoint" | "fork">;

/**
 * Finds a run's checkpoint, a trained model, or a safetensors file. Throws a `UserError` if it does not exist, or is
 * outside of the folders.
 */
export async function findSource(wanted: Wanted, folders: SourceFolders): Promise<WeightSource> {
  const { path, fork } = wanted;
  const found = await pathOf(path, folders);
  if ((await stat(found)).isFile()) {
    if (fork !== undefined) throw noFork(wanted, []);
    return { files: [found], ...(await learntOf(found)) };
  }
  const run = new RunFolder(found);
  if (existsSync(run.lock)) return { ...(await checkpointOf(run, wanted)), ...(await learntOf(found)) };
  if (!existsSync(join(found, "model.json")))
    throw new UserError(
      "data",
      `"${path}" is neither a run folder nor a model folder.`,
      "Name a folder written by `mtl train`, its model/, or a safetensors file.",
    );
  return { ...(await filesOfModel(found, wanted)), ...(await learntOf(found)) };
}

/** Checkpoints may have been deleted to save space: the model of a run that has ended is its best one. */
async function checkpointOf(run: RunFolder, wanted: Wanted): Promise<WeightSource> {
  const checkpoints = new CheckpointFolder(run.checkpoints);
  const hasModel = existsSync(join(run.model, "model.safetensors"));
  if (wanted.checkpoint === "best" && (await checkpoints.names()).length === 0 && hasModel)
    return filesOfModel(run.model, wanted);
  if ((await checkpoints.names()).length === 0)
    throw new UserError(
      "data",
      `The run ${run.path} has no checkpoint.`,
      "Train it at least to its first checkpoint, or name another run.",
    );
  const found = await readModelCheckpoints(checkpoints, wanted.checkpoint);
  const meant = found.find(({ fork }) => fork === wanted.fork);
  if (!meant)
    throw noFork(
      wanted,
      found.flatMap(({ fork }) => fork ?? []),
    );
  const { files } = await checkpoints.state(meant.checkpoint);
  const file = join(checkpoints.folderOf(meant.checkpoint), "model.safetensors");
  return { files: [file], hashes: new Map([[file, files["model.safetensors"]]]), checkpoint: meant.checkpoint };
}

async function filesOfModel(folder: string, wanted: Wanted): Promise<WeightSource> {
  const forks = await forksOfModel(folder);
  if (wanted.fork === undefined ? forks.length > 0 : !forks.includes(wanted.fork)) throw noFork(wanted, forks);
  const { files: known = {} } = await readManifest(folder);
  const names = ["model.safetensors", ...(wanted.fork === undefined ? [] : [`forks/${wanted.fork}.safetensors`])];
  const hashes = new Map(
    names.flatMap((name) => (known[name] === undefined ? [] : [[join(folder, name), known[name]] as const])),
  );
  return { files: names.map((name) => join(folder, name)), hashes };
}

/** The error for a source with several tables of weights, one of which must be named. */
function noFork({ path, fork }: Wanted, forks: readonly string[]): UserError {
  const known = forks.map((task) => `fork: "${task}"`).join(", ");
  if (fork === undefined)
    return new UserError(
      "data",
      `"${path}" has forked: each of its tasks has its own weights.`,
      `Name one of them: ${known}.`,
    );
  if (forks.length === 0)
    return new UserError(
      "data",
      `"${path}" has not forked, so it has no weights of the task "${fork}" alone.`,
      "Leave `fork` out.",
    );
  return new UserError(
    "data",
    `"${path}" has no fork for a task "${fork}".`,
    suggestionAmong(fork, forks, `There are ${known}.`),
  );
}

async function pathOf(path: string, { root, runs }: SourceFolders): Promise<string> {
  const roots = await Promise.all([root, runs].map((folder) => realpath(folder).catch(() => resolve(folder))));
  const found = await Promise.all([root, runs].map((folder) => realpath(resolve(folder, path)).catch(() => undefined)));
  const allowed = found.find((each) => each !== undefined && roots.some((folder) => isInside(folder, each)));
  if (allowed !== undefined) return allowed;
  if (found.some((each) => each !== undefined)) {
    throw new UserError(
      "data",
      `"${path}" leaves the folder of the specification and that of the runs.`,
      `Move it into ${root} or ${runs}: a specification from others may not read other folders.`,
    );
  }
  throw new UserError(
    "data",
    `"${path}", from which the stage starts, does not exist.`,
    await suggestion(path, { root, runs }),
  );
}

async function suggestion(path: string, { root, runs }: SourceFolders): Promise<string> {
  const names = await readdir(runs).catch(() => []);
  const near = nearestName(basename(path), names);
  return near === undefined
    ? `It was searched for in ${root} and in ${runs}.`
    : `Did you mean "${near}", a run in ${runs}?`;
}
