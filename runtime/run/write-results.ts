import { mkdir } from "../host/files.ts";
import { dirname } from "../host/paths.ts";
import type { TasksEvaluation } from "../evaluation/evaluate-tasks.ts";
import { writeEvaluation } from "../evaluation/evaluation-file.ts";
import { resultsFile } from "../evaluation/results-file.ts";
import type { TaskCheckpoint } from "../model/task-checkpoints.ts";
import { forkOf } from "../train/phase/phases.ts";
import type { RunFolder } from "./run-folder.ts";

/**
 * Writes `eval/SPLIT.json` and `evaluation/TASK-SPLIT.json`. In the former, a metric or a baseline that is not defined
 * is `null`, and tasks that are not all measured by the same checkpoint have a checkpoint each.
 */
export async function writeResults(
  folder: RunFolder,
  measured: readonly TaskCheckpoint[],
  { values: results, tasks }: TasksEvaluation,
): Promise<void> {
  const checkpointOf = (task: string): string => measured.find((each) => each.task === task)?.checkpoint ?? "";
  const checkpoints = Object.fromEntries(
    measured.flatMap(({ task, checkpoint }) => (checkpoint === undefined ? [] : [[task, checkpoint]])),
  );
  const [checkpoint, ...others] = new Set(Object.values(checkpoints));
  const isOne =
    checkpoint !== undefined && others.length === 0 && measured.every(({ weights }) => forkOf(weights) === undefined);
  const by = isOne ? { checkpoint } : { checkpoints };
  for (const split of new Set(results.map((result) => result.split))) {
    const path = folder.evaluation(split);
    await mkdir(dirname(path), { recursive: true });
    const values = results.filter((result) => result.split === split).map(({ split: _split, ...value }) => value);
    await resultsFile.write(path, { split, ...by, values });
  }
  for (const task of tasks) await writeEvaluation(folder, { checkpoint: checkpointOf(task.task), ...task });
}
