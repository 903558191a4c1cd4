import { existsSync, mkdir, readdir } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";
import { type ForkWeight, forkWeights } from "../../compiler/stage/forked-weights.ts";
import { sizeOf } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Renaming } from "../../compiler/stage/renaming.ts";
import { type Bundle, type BundleManifest, noteWeights, readManifest } from "./bundle.ts";
import type { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { type Tensors, readModel, readTensors, writeTensors } from "../checkpoint/checkpoint.ts";
import { underNewNames } from "../pretrained/under-new-names.ts";
import { type TaskCheckpoint, withoutCheckpoint } from "./task-checkpoints.ts";
import { forkOf } from "../train/phase/phases.ts";
import { weightKey } from "../train/phase/phase-weights.ts";
import type { Program } from "../train/program.ts";
import type { ServedTask } from "../train/phase/served-tasks.ts";
import { planOf } from "../train/phase/trainer.ts";
import { UserError } from "../user-error.ts";

/**
 * The table of weights of a task: the same for all tasks, or after a fork one for each task, which is read on access.
 */
export type TrainedWeights = (task: string) => Promise<Tensors>;

export function sameForAll(table: Tensors): TrainedWeights {
  return () => Promise.resolve(table);
}

/**
 * The weights of each task from its checkpoint, which is read on access, and once for consecutive tasks with the same
 * one.
 */
export function weightsOfCheckpoints(
  checkpoints: CheckpointFolder,
  of: readonly TaskCheckpoint[],
  renamed?: readonly Renaming[],
): TrainedWeights {
  let kept: { readonly checkpoint: string; readonly table: Promise<Tensors> } | undefined;
  return async (task) => {
    const found = of.find((each) => each.task === task);
    if (found?.checkpoint === undefined)
      throw found ? withoutCheckpoint(found) : new Error(`no checkpoint for task ${task}`);
    const { checkpoint } = found;
    if (kept?.checkpoint !== checkpoint)
      kept = {
        checkpoint,
        table: readModel(checkpoints.folderOf(checkpoint)).then((tensors) => underNewNames(tensors, renamed)),
      };
    return kept.table;
  };
}

/** The weights of a fork's tasks, split into those that all tasks share and those of each task. */
export interface ForkSplit {
  /** The tasks; empty if no stage forks. */
  readonly tasks: readonly string[];
  readonly own: (task: string, table: Tensors) => Tensors;
  /** The weights that the task's table adds to the shared one. */
  readonly once: (task: string, table: Tensors) => Tensors;
}

export function forkSplit(program: Pick<Program, "specification" | "plan">): ForkSplit {
  const reached = new Map(forkWeights(program).map((each): [string, ForkWeight] => [weightKey(each.weight), each]));
  const filtered = (table: Tensors, isWanted: (weight: ForkWeight | undefined) => boolean): Tensors =>
    new Map([...table].filter(([key]) => isWanted(reached.get(key))));
  return {
    tasks: program.specification.stages.find(({ fork }) => fork)?.tasks ?? [],
    own: (task, table) => filtered(table, (weight) => weight?.kept === "apart" && weight.tasks.includes(task)),
    once: (task, table) =>
      filtered(table, (weight) => !weight || (weight.kept === "once" && weight.tasks.includes(task))),
  };
}

const WHOLE = "model.safetensors";

/** The file in a model's folder with the weights that only one task of a fork has. */
export function forkFile(folder: string, task: string): string {
  return join(folder, "forks", `${task}.safetensors`);
}

const forkPattern = /^forks\/([\w-]+)\.safetensors$/;

/**
 * The file in a model's folder with the weights of a task that are not those of the other tasks, because the last stage
 * neither trained it nor continued from a stage that did.
 */
function taskFile(folder: string, task: string): string {
  return join(folder, "tasks", `${task}.safetensors`);
}

/** The tasks for which a model has forked, in alphabetical order. */
export async function forksOfModel(folder: string): Promise<readonly string[]> {
  const { files } = await readManifest(folder);
  const names = files
    ? Object.keys(files)
    : (await readdir(join(folder, "forks")).catch(() => [])).map((name) => `forks/${name}`);
  return names.flatMap((name) => forkPattern.exec(name)?.[1] ?? []).sort();
}

/**
 * Writes `model.safetensors`, where the program forks `forks/TASK.safetensors` for each of its tasks, and
 * `tasks/TASK.safetensors` for those that have the weights of an earlier stage.
 */
export async function writeModelWeights(
  folder: string,
  program: Pick<Program, "specification" | "plan">,
  served: readonly ServedTask[],
  weights: TrainedWeights,
): Promise<void> {
  const { tasks, own, once } = forkSplit(program);
  const hashes: { [file: string]: string } = {};
  const last = served[0]?.weights;
  let all: Tensors = tasks.length > 0 ? new Map() : await weights(served[0]?.task ?? "");
  for (const task of tasks) {
    const table = await weights(task);
    hashes[`forks/${task}.safetensors`] = await writeOwn(forkFile(folder, task), own(task, table));
    all = new Map([...all, ...once(task, table)]);
  }
  for (const each of served) {
    if (each.weights.name === last?.name || forkOf(each.weights) !== undefined) continue;
    hashes[`tasks/${each.task}.safetensors`] = await writeOwn(
      taskFile(folder, each.task),
      weightsOfPlan(planOf(program, each.own), await weights(each.task)),
    );
  }
  hashes[WHOLE] = await writeTensors(join(folder, WHOLE), all);
  // This is written last, because it marks the model as complete.
  await noteWeights(folder, hashes);
}

/** True if the folder of a model has weights. As long as a run has not ended, they are in its checkpoints. */
export function hasWeights(folder: string, { files }: Pick<BundleManifest, "files">): boolean {
  return (files === undefined || WHOLE in files) && existsSync(join(folder, WHOLE));
}

/**
 * An upper bound on the bytes of a specification's weights, with their states and former names, because a file from an
 * untrusted source may announce any size.
 */
function bytesOf(program: Pick<Program, "specification" | "plan">): number {
  const sizes = new Map(
    program.specification.stages.flatMap(({ name }) =>
      program.plan(name).weights.map((weight) => [weightKey(weight), sizeOf(weight.shape)] as const),
    ),
  );
  return 2 ** 20 + 2 * Float32Array.BYTES_PER_ELEMENT * [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

export async function readModelWeights({
  folder,
  manifest,
  compiled,
}: Pick<Bundle, "folder" | "manifest" | "compiled">): Promise<TrainedWeights> {
  const { renamed } = compiled.program.specification;
  const { files } = manifest;
  const mostBytes = bytesOf(compiled.program);
  const read = async (path: string, file: string) =>
    underNewNames(await readTensors(path, { sha256: files?.[file], mostBytes }), renamed);
  if (!hasWeights(folder, manifest))
    throw new UserError(
      "data",
      `There is no trained model in ${folder}.`,
      "Train it to its end: `mtl train --resume RUN`.",
    );
  const all = await read(join(folder, WHOLE), WHOLE);
  const forks = new Set(await forksOfModel(folder));
  return async (task) => {
    const own = forks.has(task) ? `forks/${task}.safetensors` : `tasks/${task}.safetensors`;
    const isThere = forks.has(task) || (files === undefined ? existsSync(taskFile(folder, task)) : own in files);
    return isThere ? new Map([...all, ...(await read(join(folder, own), own))]) : all;
  };
}

async function writeOwn(path: string, table: Tensors): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return writeTensors(path, table);
}

/** The weights of a table that a plan uses. */
export function weightsOfPlan({ weights }: Pick<StagePlan, "weights">, table: Tensors): Tensors {
  const keys = new Set(weights.map(weightKey));
  return new Map([...table].filter(([key]) => keys.has(key)));
}
