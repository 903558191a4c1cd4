import { classCount, hasSpareClasses } from "../../../compiler/features/features.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import type { Preprocessing } from "../data.ts";

type Rulebook = Pick<ResolvedSpecification, "semantics">;

/** How many of a task's outputs stand for a class: the first ones, in the order of their names. 1 where its target has no classes. */
export function scoredClasses(
  specification: Rulebook,
  { name, target }: Pick<ResolvedTask, "name" | "target">,
  { classes }: Pick<Preprocessing, "classes">,
): number {
  if (!("classes" in target)) return 1;
  return hasSpareClasses(target, rulesOf(specification)) ? (classes[name]?.length ?? 0) : classCount(target);
}

/** `[K]`, 1 for each output that stands for a class: what a graph with the input `class_mask` takes. Nothing where only the declaration tells how many do. */
export function classMask(
  specification: Rulebook,
  task: Pick<ResolvedTask, "name" | "target">,
  preprocessing: Pick<Preprocessing, "classes">,
): Float32Array | undefined {
  const { target } = task;
  if (!hasSpareClasses(target, rulesOf(specification)) || !("classes" in target)) return undefined;
  return new Float32Array(classCount(target)).fill(1, 0, scoredClasses(specification, task, preprocessing));
}
