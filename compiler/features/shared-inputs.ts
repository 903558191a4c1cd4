import type { ResolvedSpecification, ResolvedTask } from "../schema/resolved.ts";
import { madeModalities, readModalities } from "../targets/index.ts";
import { augmentedModalities, mixupOf } from "./augmentations.ts";

type Mode = "train" | "evaluate" | "predict";

/** The values of a modality that some tasks of a pass read. */
export interface SharedInput {
  readonly modality: string;
  /** The tasks that read these values. */
  readonly tasks: readonly string[];
  /**
   * The task by whose rules the reader makes the values, if it changes what the data has: it augments them, hides some of them, or reads
   * candidates. Tasks whose rules are equal share the values that are made for the first of them. `undefined` for the values of the data.
   */
  readonly madeFor?: string;
}

/** Every input of a pass of several tasks over the same rows: each modality once for each way in which its values are made. */
export function sharedInputs(
  specification: Pick<ResolvedSpecification, "modalities" | "tasks">,
  tasks: readonly string[],
  mode: Mode,
): readonly SharedInput[] {
  const found = new Map<string, { readonly modality: string; readonly tasks: string[]; readonly madeFor?: string }>();
  for (const name of tasks) {
    const task = specification.tasks[name];
    for (const { modality, optional } of task?.inputs ?? []) {
      const making = task && makingOf(specification, task, { modality, optional }, mode);
      const key = `${modality} ${making ?? ""}`;
      const known = found.get(key) ?? { modality, tasks: [], ...(making === undefined ? {} : { madeFor: name }) };
      known.tasks.push(name);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

/** Returns a key of the changes that a task's reader makes to the values of a modality; `undefined` if it makes none. */
function makingOf(
  specification: Pick<ResolvedSpecification, "modalities">,
  task: ResolvedTask,
  { modality, optional }: ResolvedTask["inputs"][number],
  mode: Mode,
): string | undefined {
  const augmented = mode === "train" ? augmentationOf(specification, task, modality) : {};
  // A target that copies what the model reads is made of the pictures that were augmented for its own task.
  const isCopied = Object.keys(augmented).length > 0 && readModalities(task.target).includes(modality);
  const making = {
    ...(isCopied || madeModalities(task.target).includes(modality) ? { target: task.name } : {}),
    ...(task.candidates?.parts[modality] ? { candidates: task.candidates } : {}),
    ...augmented,
  };
  return Object.keys(making).length > 0 ? JSON.stringify({ ...making, optional }) : undefined;
}

function augmentationOf(
  specification: Pick<ResolvedSpecification, "modalities">,
  task: ResolvedTask,
  modality: string,
): { readonly augmentations?: unknown } {
  const own = augmentedModalities(specification, task).find(({ name }) => name === modality);
  return own ? { augmentations: own.augmentations } : {};
}

/**
 * The name of a task's feature among those of a pass: features that the reader makes for one task, or for several with equal rules, have that
 * task's name before their own, as in `hidden/words.ids`.
 */
export function sharedFeature(inputs: readonly SharedInput[], task: string, feature: string): string {
  const made = inputs.find(
    ({ modality, tasks }) => tasks.includes(task) && (feature === modality || feature.startsWith(`${modality}.`)),
  )?.madeFor;
  return made === undefined ? feature : madeFeature(made, feature);
}

export function madeFeature(task: string, feature: string): string {
  return `${task}/${feature}`;
}

/** The task for which the reader makes a feature of a pass, and the feature's name for this task alone; no task for a feature that is as in the data. */
export function featureInPass(
  tasks: readonly string[],
  feature: string,
): { readonly task: string | undefined; readonly name: string } {
  const [only, ...others] = tasks;
  if (others.length === 0) return { task: only, name: feature };
  const slash = feature.indexOf("/");
  return slash < 0
    ? { task: undefined, name: feature }
    : { task: feature.slice(0, slash), name: feature.slice(slash + 1) };
}

/** The first of the tasks whose mixup is that of `task`: one number is drawn for all of them. */
export function mixupSource(
  { tasks: all }: Pick<ResolvedSpecification, "tasks">,
  tasks: readonly string[],
  task: string,
): string {
  const keyOf = (name: string): string => JSON.stringify(mixupOf(all[name]) ?? null);
  return tasks.find((name) => keyOf(name) === keyOf(task)) ?? task;
}
