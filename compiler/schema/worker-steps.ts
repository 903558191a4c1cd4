import type { ResolvedStage, ResolvedStep } from "./resolved.ts";

/**
 * True if each task of a stage has an optimizer of its own: its state is kept, and its updates are counted, for each task
 * and weight.
 */
export function hasOwnOptimizers({ step }: Pick<ResolvedStage, "step">): boolean {
  return step.kind === "hogwild";
}

/** The task in the names of an optimizer's slots; `undefined` if all tasks share the optimizer. */
export function ownerOfSlots(stage: Partial<Pick<ResolvedStage, "step">>, [task, ...others]: readonly string[]) {
  return stage.step && hasOwnOptimizers({ step: stage.step }) && others.length === 0 ? task : undefined;
}

/** The tasks whose optimizers keep slots of a weight; a single `undefined` if all tasks share the optimizer. */
export function ownersOf(
  stage: Pick<ResolvedStage, "step" | "tasks" | "untouched">,
  { tasks }: { readonly tasks: readonly string[] },
): readonly (string | undefined)[] {
  if (!hasOwnOptimizers(stage)) return [undefined];
  return stage.untouched === "decay" ? stage.tasks : tasks;
}

/** True if every update has all tasks of the stage, and so needs no sampler. */
export function trainsAllTasks(step: ResolvedStep): boolean {
  return step.kind === "hogwild" || (step.kind === "joint" && step.tasks === undefined);
}
