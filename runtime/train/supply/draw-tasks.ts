import type { ResolvedStage, ResolvedStep } from "../../../compiler/schema/resolved.ts";
import { trainsAllTasks } from "../../../compiler/schema/worker-steps.ts";
import { UserError } from "../../user-error.ts";

/** The number of consecutive draws without a new task after which it is an error to wait for one. */
const most = 10_000;

/** Draws of the sampler that count in one update: tasks, or the rows of a mixed step. */
export function drawsOf({ step, batch, accumulate }: Pick<ResolvedStage, "step" | "batch" | "accumulate">): number {
  if (trainsAllTasks(step)) return 0;
  if (step.kind === "joint") return step.tasks ?? 0;
  return step.kind === "mixed"
    ? accumulate * (typeof batch === "number" ? batch : Math.max(...Object.values(batch)))
    : 1;
}

export interface TaskDraw {
  readonly step: ResolvedStep;
  /** The tasks of the stage, in order. */
  readonly tasks: readonly string[];
  readonly draws: number;
  /** The sampler; its argument is the number of earlier draws that counted in this update. */
  readonly next: (before: number) => string;
}

/** The tasks of one update, in the order of the stage. Repeated draws of a task are ignored. */
export function drawTasks({ step, tasks, draws, next }: TaskDraw): readonly string[] {
  if (trainsAllTasks(step)) return tasks;
  const drawn = new Set<string>();
  for (let vain = 0; drawn.size < draws && vain < most; vain++) {
    const before = drawn.size;
    drawn.add(next(before));
    if (drawn.size > before) vain = 0;
  }
  if (drawn.size === draws) return tasks.filter((task) => drawn.has(task));
  throw new UserError(
    "specification",
    `The sampler only draws ${[...drawn].join(", ")}, but a step has ${draws} tasks.`,
    "Give `joint` fewer tasks, or choose a sampler that draws all of them.",
  );
}

/** The number of rows of each task in one mixed update, in the order of the stage; each draw is a row. */
export function drawRows({ tasks, draws, next }: TaskDraw): ReadonlyMap<string, number> {
  const counts = new Map(tasks.map((task) => [task, 0]));
  for (let before = 0; before < draws; before++) {
    const task = next(before);
    counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}
