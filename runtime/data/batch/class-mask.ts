import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import { hasSpareClasses } from "../../../compiler/targets/classes.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import type { Preprocessing } from "../data.ts";

type Rulebook = Pick<ResolvedSpecification, "semantics">;

/**
 * The number of a task's outputs that have a class. Those come first, in the order of the class names. It is 1 for a
 * target without classes.
 */
export function scoredClasses(
  specification: Rulebook,
  { name, target: declared }: Pick<ResolvedTask, "name" | "target">,
  { classes: known }: Pick<Preprocessing, "classes">,
): number {
  const target = targetOf(declared);
  if (!target.classes) return 1;
  return hasSpareClasses(target, rulesOf(specification)) ? (known[name]?.length ?? 0) : target.classes.count;
}

/**
 * `[K]`: 1 for each output that has a class, else 0, as the graph's input `class_mask` takes it. `undefined` where the
 * specification alone determines the classes.
 */
export function classMask(
  specification: Rulebook,
  task: Pick<ResolvedTask, "name" | "target">,
  preprocessing: Pick<Preprocessing, "classes">,
): Float32Array | undefined {
  const target = targetOf(task.target);
  if (!target.classes || !hasSpareClasses(target, rulesOf(specification))) return undefined;
  return new Float32Array(target.classes.count).fill(1, 0, scoredClasses(specification, task, preprocessing));
}
