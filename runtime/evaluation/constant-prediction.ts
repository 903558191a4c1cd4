import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { readModalities } from "../../compiler/targets/index.ts";
import { candidatesOf } from "../../compiler/targets/drawn-rows.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { Data } from "../data/data.ts";
import type { MeasuredTensor } from "../metrics/measured-batch.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import { onceForTask } from "./once-for-task.ts";
import { measuredTargets } from "./measured-targets.ts";

/** Predictions for a batch of this size, by name, which do not depend on its rows. */
export type ConstantPrediction = (size: number) => ReadonlyMap<string, MeasuredTensor>;

const atOnce = 256;

/**
 * The best prediction that does not depend on the example, computed from the targets of the training split. Its metrics
 * are the baseline that a model has to exceed. The training split is read once for each task of the same data.
 */
export const constantPrediction = onceForTask(readPrediction);

async function readPrediction(
  task: ResolvedTask,
  data: Data,
  specification: Pick<ResolvedSpecification, "modalities">,
): Promise<ConstantPrediction> {
  const { features, outputs } = taskTarget(task, specification);
  const baseline = runtimeTargetOf(task.target).baseline({
    outputs,
    candidates: candidatesOf(task, "evaluate")?.most ?? 1,
  });
  const rows = baseline.add ? data.rows(task.name, "train") : 0;
  for (let start = 0; start < rows; start += atOnce) {
    const size = Math.min(atOnce, rows - start);
    const batch = await data.batch({
      task: task.name,
      split: "train",
      size,
      rows: Array.from({ length: size }, (_, row) => start + row),
      modalities: readModalities(task.target),
    });
    const targets = measuredTargets(features, batch);
    for (let row = 0; row < size; row++)
      if (batch.rowWeight[row] !== 0) baseline.add?.(new Map(rowOfEach(targets, row, size)));
  }
  const bySize = new Map<number, ReadonlyMap<string, MeasuredTensor>>();
  return (size) => {
    const predictions = bySize.get(size) ?? baseline.predictions(size);
    bySize.set(size, predictions);
    return predictions;
  };
}

function* rowOfEach(
  tensors: ReadonlyMap<string, MeasuredTensor>,
  row: number,
  rows: number,
): Generator<readonly [string, MeasuredTensor]> {
  for (const [part, tensor] of tensors) {
    const width = tensor.length / rows;
    yield [part, tensor.subarray(row * width, (row + 1) * width)];
  }
}
