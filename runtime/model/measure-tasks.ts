import type { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import type { Split } from "../data/data.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";
import { type EvaluatedTasks, type TasksEvaluation, evaluateTasks } from "../evaluation/evaluate-tasks.ts";
import type { TaskCheckpoint } from "./task-checkpoints.ts";
import { weightsOfCheckpoints } from "./trained-weights.ts";

export interface MeasuredTasks extends Omit<EvaluatedTasks, "weights" | "tasks" | "look"> {
  readonly checkpoints: CheckpointFolder;
  readonly tasks: readonly TaskCheckpoint[];
}

/**
 * Measures tasks by their checkpoints. Each value is accompanied by the one at the end of the last phase that trained
 * the task, if that checkpoint is named.
 */
export async function measureTasks({ checkpoints, tasks, ...rest }: MeasuredTasks): Promise<TasksEvaluation> {
  const { renamed } = rest.program.specification;
  const measured = await evaluateTasks({ ...rest, tasks, weights: weightsOfCheckpoints(checkpoints, tasks, renamed) });
  const before = tasks.flatMap((each) =>
    each.ownCheckpoint === undefined ? [] : [{ ...each, weights: each.own, checkpoint: each.ownCheckpoint }],
  );
  if (before.length === 0) return measured;
  const { values } = await evaluateTasks({
    ...rest,
    tasks: before,
    weights: weightsOfCheckpoints(checkpoints, before, renamed),
    look: "values",
  });
  const stages = new Map(before.map(({ task, own }) => [task, own.name]));
  return { ...measured, values: measured.values.map((value) => withOwn(value, stages.get(value.task), values)) };
}

function withOwn(value: MeasuredValue, stage: string | undefined, before: readonly MeasuredValue[]): MeasuredValue {
  const found = before.find(
    (each) => each.task === value.task && each.name === value.name && each.split === value.split,
  );
  return stage === undefined || !found ? value : { ...value, own: { stage, value: found.value } };
}

/**
 * The values of a run's checkpoints on these splits, as `metrics.jsonl` has them: the test values of a task belong to
 * the phase whose weights it has.
 */
export function valuesByPhase(
  values: readonly MeasuredValue[],
  tasks: readonly TaskCheckpoint[],
  split: Split,
): ReadonlyMap<string, readonly MeasuredValue[]> {
  const phases = [...new Set(tasks.map(({ weights }) => weights.name))];
  const isOf =
    (phase: string) =>
    ({ task }: MeasuredValue): boolean =>
      tasks.some((each) => each.task === task && each.weights.name === phase);
  return new Map(phases.map((phase) => [phase, values.filter((value) => value.split === split && isOf(phase)(value))]));
}
