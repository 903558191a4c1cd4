import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ForkWeight, forkWeights } from "../compiler/forked-weights.ts";
import type { Renaming } from "../compiler/renaming.ts";
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

/** The tasks for which a model has forked, in alphabetical order. */
export async function forksOfModel(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, "forks")).catch(() => []);
  return names.filter((name) => name.endsWith(".safetensors")).map((name) => basename(name, ".safetensors")).sort();
}

/** Writes `model.safetensors`, and where the program forks `forks/TASK.safetensors` for each of its tasks. */
export async function writeModelWeights(folder: string, program: Pick<Program, "specification" | "plan">, weights: TrainedWeights): Promise<void> {
  const { tasks, own, once } = forkSplit(program);
  let all: Tensors = tasks.length > 0 ? new Map() : await weights("");
  for (const task of tasks) {
    const table = await weights(task);
    await mkdir(dirname(forkFile(folder, task)), { recursive: true });
    await writeTensors(forkFile(folder, task), own(task, table));
    all = new Map([...all, ...once(task, table)]);
  }
  // Last, since it says that the model is whole.
  await writeTensors(join(folder, WHOLE), all);
}

export async function readModelWeights(folder: string, renamed?: readonly Renaming[]): Promise<TrainedWeights> {
  const read = async (path: string) => underNewNames(await readTensors(path), renamed);
  const all = await read(join(folder, WHOLE)).catch((cause: unknown) => {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError("data", `There is no trained model in ${folder}. ${cause.message}`, "Train it to its end: `mtl train --resume RUN`.", { cause });
  });
  return async (task) => {
    const own = forkFile(folder, task);
    return existsSync(own) ? new Map([...all, ...(await read(own))]) : all;
  };
}
