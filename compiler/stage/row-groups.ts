import type { ResolvedSpecification, ResolvedStage } from "../schema/resolved.ts";
import { rulesOf } from "../semantics.ts";

type Specification = Pick<ResolvedSpecification, "datasets" | "semantics">;

/** Tasks in groups that have the same data sets and as many rows a batch, in order: tasks of one group can be computed from the same rows. */
export function rowGroups(
  { datasets }: Pick<Specification, "datasets">,
  tasks: readonly string[],
  batchOf: (task: string) => number,
): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const task of tasks) {
    const having = Object.values(datasets).flatMap((dataset) => (dataset.tasks.includes(task) ? [dataset.name] : []));
    const key = having.length === 0 ? `task ${task}` : JSON.stringify([having, batchOf(task)]);
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return [...groups.values()];
}

/** Each task by itself. */
export function singly(tasks: readonly string[]): readonly (readonly string[])[] {
  return tasks.map((task) => [task]);
}

/** True if the tasks of one data set share their rows in the updates of a stage. */
export function sharesRows(
  { step }: Pick<ResolvedStage, "step">,
  specification: Pick<Specification, "semantics">,
): boolean {
  return step.kind === "joint" && (step.rows ?? rulesOf(specification).jointRows) === "shared";
}
