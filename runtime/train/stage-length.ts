import type { ResolvedStage, ResolvedStep } from "../../compiler/schema/resolved.ts";
import type { SampledTask } from "./samplers/sampler.ts";

/** Rows of the training split and of a batch. */
export interface TaskRows {
  readonly name: string;
  readonly rows: number;
  readonly batch: number;
}

/** Steps of one pass over the rows of a task; the last one may be short. */
export function sampledTask({ name, rows, batch }: TaskRows, { accumulate }: Pick<ResolvedStage, "accumulate">): SampledTask {
  return { name, rows, steps: Math.ceil(rows / (batch * accumulate)) };
}

/**
 * Updates that a stage makes. An epoch is as many steps as it takes to see every row of every task once: with one task a step the sum over
 * tasks, with joint steps the longest task, while shorter ones begin again; with n of the tasks a step, at least an n-th of the sum.
 */
export function stageLength(stage: Pick<ResolvedStage, "steps" | "epochs" | "step">, tasks: readonly SampledTask[]): number {
  if (stage.steps !== undefined) return stage.steps;
  return Math.ceil((stage.epochs ?? 1) * stepsOfEpoch(stage.step, tasks.map((task) => task.steps)));
}

function stepsOfEpoch(step: ResolvedStep, steps: readonly number[]): number {
  const sum = steps.reduce((total, each) => total + each, 0);
  return step.kind === "joint" ? Math.max(0, ...steps, step.tasks === undefined ? 0 : sum / step.tasks) : sum;
}
