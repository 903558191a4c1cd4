import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ForkWeight, forkWeights } from "../compiler/forked-weights.ts";
import type { Renaming } from "../compiler/renaming.ts";
import { type Bundle, type BundleManifest, noteWeights, readManifest } from "./bundle.ts";
import type { CheckpointFolder } from "./checkpoint/checkpoint-folder.ts";
import { type Tensors, readModel, readTensors, writeTensors } from "./checkpoint/checkpoint.ts";
import { type ModelCheckpoint, isOf } from "./checkpoint/model-checkpoints.ts";
import { underNewNames } from "./start/under-new-names.ts";
import { weightKey } from "./train/phase-weights.ts";
import type { Program } from "./train/program.ts";
import { UserError } from "./user-error.ts";

/** The table of weights that a task predicts with: the same for all tasks, or after a fork one for each, which is read when it is asked for. */
export type TrainedWeights = (task: string) => Promise<Tensors>;

export function sameForAll(table: Tensors): TrainedWeights {
  return () => Promise.resolve(table);
}

export async function weightsOfCheckpoints(checkpoints: CheckpointFolder, from: readonly ModelCheckpoint[], renamed?: readonly Renaming[]): Promise<TrainedWeights> {
  const read = async ({ checkpoint }: ModelCheckpoint) => underNewNames(await readModel(checkpoints.folderOf(checkpoint)), renamed);
  const whole = from.find(({ fork }) => fork === undefined);
  if (whole) return sameForAll(await read(whole));
  return async (task) => {
    const found = from.find((each) => isOf(each, task));
    if (found) return read(found);
    throw new UserError("data", `The fork of task ${task} has no weights yet.`, "Train the run to its end: `mtl train --resume RUN`.");
  };
}

/** Splits the tables of a fork's tasks into what each has of its own and what stands once for all. */
export interface ForkSplit {
  /** The tasks; none where nothing forks. */
  readonly tasks: readonly string[];
  readonly own: (task: string, table: Tensors) => Tensors;
  /** What the task's table adds to the one of all. */
  readonly once: (task: string, table: Tensors) => Tensors;
}

export function forkSplit(program: Pick<Program, "specification" | "plan">): ForkSplit {
  const reached = new Map(forkWeights(program).map((each): [string, ForkWeight] => [weightKey(each.weight), each]));
  const filtered = (table: Tensors, isWanted: (weight: ForkWeight | undefined) => boolean): Tensors => new Map([...table].filter(([key]) => isWanted(reached.get(key))));
  return {
    tasks: program.specification.stages.find(({ fork }) => fork)?.tasks ?? [],
    own: (task, table) => filtered(table, (weight) => weight?.kept === "apart" && weight.tasks.includes(task)),
    once: (task, table) => filtered(table, (weight) => !weight || (weight.kept === "once" && weight.tasks.includes(task))),
  };
}

const WHOLE = "model.safetensors";

/** The file of a model's folder with what a fork's task has of its own. */
export function forkFile(folder: string, task: string): string {
  return join(folder, "forks", `${task}.safetensors`);
}

const forkPattern = /^forks\/(.+)\.safetensors$/;

/** The tasks for which a model has forked, in alphabetical order. */
export async function forksOfModel(folder: string): Promise<readonly string[]> {
  const { files } = await readManifest(folder);
  const names = files ? Object.keys(files) : (await readdir(join(folder, "forks")).catch(() => [])).map((name) => `forks/${name}`);
  return names.flatMap((name) => forkPattern.exec(name)?.[1] ?? []).sort();
}

/** Writes `model.safetensors`, and where the program forks `forks/TASK.safetensors` for each of its tasks. */
export async function writeModelWeights(folder: string, program: Pick<Program, "specification" | "plan">, weights: TrainedWeights): Promise<void> {
  const { tasks, own, once } = forkSplit(program);
  const hashes: { [file: string]: string } = {};
  let all: Tensors = tasks.length > 0 ? new Map() : await weights("");
  for (const task of tasks) {
    const table = await weights(task);
    await mkdir(dirname(forkFile(folder, task)), { recursive: true });
    hashes[`forks/${task}.safetensors`] = await writeTensors(forkFile(folder, task), own(task, table));
    all = new Map([...all, ...once(task, table)]);
  }
  hashes[WHOLE] = await writeTensors(join(folder, WHOLE), all);
  // Last, since it says that the model is whole.
  await noteWeights(folder, hashes);
}

/** Whether the folder of a model has weights: those of a run that has not ended are in its checkpoints. */
export function hasWeights(folder: string, { files }: Pick<BundleManifest, "files">): boolean {
  return (files === undefined || WHOLE in files) && existsSync(join(folder, WHOLE));
}

export async function readModelWeights({ folder, manifest, compiled }: Pick<Bundle, "folder" | "manifest" | "compiled">): Promise<TrainedWeights> {
  const { renamed } = compiled.program.specification;
  const { files } = manifest;
  const read = async (path: string, file: string) => underNewNames(await readTensors(path, files?.[file]), renamed);
  if (!hasWeights(folder, manifest)) throw new UserError("data", `There is no trained model in ${folder}.`, "Train it to its end: `mtl train --resume RUN`.");
  const all = await read(join(folder, WHOLE), WHOLE);
  const forks = new Set(await forksOfModel(folder));
  return async (task) => (forks.has(task) ? new Map([...all, ...(await read(forkFile(folder, task), `forks/${task}.safetensors`))]) : all);
}
