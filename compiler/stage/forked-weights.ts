import type { Program } from "./checked-program.ts";
import type { StageWeight } from "./plan.ts";

/** A weight or state that tasks of a forked stage use. */
export interface ForkWeight {
  readonly weight: Pick<StageWeight, "kind" | "name" | "shape">;
  readonly tasks: readonly string[];
  /**
   * `apart` if each of these tasks ends with its own version: several of them use it, and at least one of them may
   * change it.
   * All other weights are equal for all tasks, or belong to one task, and are stored once.
   */
  readonly kept: "apart" | "once";
}

/** The weights that the tasks of the forked stage use; empty if no stage forks. */
export function forkWeights({ specification, plan }: Pick<Program, "specification" | "plan">): readonly ForkWeight[] {
  const stage = specification.stages.find(({ fork }) => fork);
  if (!stage) return [];
  const found = new Map<string, { readonly weight: StageWeight; readonly tasks: string[]; changes: boolean }>();
  for (const task of stage.tasks) {
    for (const weight of plan(stage.name, { forTask: task }).weights) {
      const key = `${weight.kind} ${weight.name}`;
      const known = found.get(key) ?? { weight, tasks: [], changes: false };
      known.tasks.push(task);
      known.changes ||= weight.trainable || weight.kind === "state";
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ weight, tasks, changes }) => ({
    weight,
    tasks,
    kept: changes && tasks.length > 1 ? "apart" : "once",
  }));
}
