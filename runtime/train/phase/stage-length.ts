import type { ResolvedStage } from "../../../compiler/schema/resolved.ts";
import { trainsAllTasks } from "../../../compiler/schema/worker-steps.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { Data } from "../../data/data.ts";
import { rowsOfPass } from "../../data/pass-rows.ts";
import { drawsOf } from "../supply/draw-tasks.ts";
import type { SampledTask } from "../samplers/sampler.ts";

/** Rows of the training split and of a batch. */
export interface TaskRows {
  readonly name: string;
  readonly rows: number;
  readonly batch: number;
}

/**
 * Draws of one pass over the rows of a task: steps, of which the last may be short, or the rows themselves where each
 * is drawn.
 */
export function sampledTask(
  { name, rows, batch }: TaskRows,
  { step, accumulate }: Pick<ResolvedStage, "step" | "accumulate">,
): SampledTask {
  return { name, rows, steps: step.kind === "mixed" ? rows : Math.ceil(rows / (batch * accumulate)) };
}

/** The tasks of a stage as a sampler sees them. An epoch of tasks that share rows is one pass over these rows. */
export function sampledTasks(
  { stage, tasks, passes, batchOf }: Pick<StagePlan, "stage" | "tasks" | "passes" | "batchOf">,
  data: Pick<Data, "rows" | "batch" | "tokens" | "shared" | "window">,
): readonly SampledTask[] {
  return tasks.map((name) => {
    const pass = passes.find((each) => each.includes(name)) ?? [name];
    const { steps } = sampledTask({ name, rows: rowsOfPass(data, pass).rows("train"), batch: batchOf(name) }, stage);
    return { name, rows: data.rows(name, "train"), steps };
  });
}

type Steps = Pick<ResolvedStage, "step" | "batch" | "accumulate" | "sampler">;

/** Updates that a stage makes. */
export function stageLength(
  stage: Steps & Pick<ResolvedStage, "steps" | "epochs">,
  tasks: readonly SampledTask[],
): number {
  return stage.steps ?? Math.ceil((stage.epochs ?? 1) * epochLength(stage, tasks));
}

/**
 * The number of updates of an epoch, in which every row of every task is used once. With one task per step it is the
 * sum over tasks; with joint and `hogwild` steps that of the longest task, while shorter ones begin again; with n of the tasks per
 * step at least an n-th of the sum; with mixed steps the number of batches of all rows. `uncertainty` does not use
 * every row: as in the authors' code, its epoch has as many passes over the candidates of the largest task as there are
 * tasks.
 */
export function epochLength(stage: Steps, tasks: readonly SampledTask[]): number {
  const steps = tasks.map((task) => task.steps);
  const sum = steps.reduce((total, each) => total + each, 0);
  const { step, sampler } = stage;
  if (sampler.kind === "uncertainty") {
    const passes = tasks.flatMap(({ rows }) => (rows > 0 ? [Math.ceil(rows / sampler.candidates)] : []));
    return passes.length * Math.max(0, ...passes);
  }
  if (trainsAllTasks(step)) return Math.max(0, ...steps);
  if (step.kind === "joint") return Math.max(0, ...steps, step.tasks === undefined ? 0 : sum / step.tasks);
  return sum / drawsOf(stage);
}
