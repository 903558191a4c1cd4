import type { ResolvedStep } from "../../compiler/schema/resolved.ts";
import { UserError } from "../user-error.ts";

/** Draws in a row that bring no new task, after which there is none to come. */
const most = 10_000;

/** Draws of the sampler that count in one update. */
export function drawsOf(step: ResolvedStep): number {
  return step.kind === "joint" ? (step.tasks ?? 0) : 1;
}

export interface TaskDraw {
  readonly step: ResolvedStep;
  /** Those of the stage, in order. */
  readonly tasks: readonly string[];
  /** The sampler; is told how many draws counted in this update before. */
  readonly next: (before: number) => string;
}

/** The tasks of one update, in the order of the stage. Draws of a task that the update has already are passed over. */
export function drawTasks({ step, tasks, next }: TaskDraw): readonly string[] {
  if (step.kind === "joint" && step.tasks === undefined) return tasks;
  const drawn = new Set<string>();
  const wanted = drawsOf(step);
  for (let vain = 0; drawn.size < wanted && vain < most; vain++) {
    const before = drawn.size;
    drawn.add(next(before));
    if (drawn.size > before) vain = 0;
  }
  if (drawn.size === wanted) return tasks.filter((task) => drawn.has(task));
  throw new UserError("specification", `The sampler draws no more than ${[...drawn].join(", ")}, but a step is of ${wanted} tasks.`, "Ask `joint` for fewer tasks, or choose a sampler that draws all of them.");
}
