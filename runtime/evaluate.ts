import { chosenCheckpoints, isOf, isPointer } from "./checkpoint/model-checkpoints.ts";
import type { Split } from "./data/data.ts";
import type { EngineChoice } from "./engines/open-engine.ts";
import { RunFolder } from "./run-folder.ts";
import { changesSince, findRunData } from "./run-data.ts";
import { checkpointsOf, readBundleOf, readRunLock } from "./run-lock.ts";
import { engineOf, writeResults } from "./train.ts";
import type { MeasuredValue } from "./train/evaluate-split.ts";
import { evaluateLastStage } from "./train/evaluate-stage.ts";
import { weightsOfCheckpoints } from "./trained-weights.ts";
import { withEngineAndData } from "./with-engine-and-data.ts";

export interface EvaluateOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Folder that the paths of the data sets start from, where the data is no longer beside the run; by default what MTL_DATA says. */
  readonly data?: string;
  /** `best`, as by default, `last`, or a name: `step-000500`. */
  readonly checkpoint?: string;
  /** What to know about the values, such as that they are of other data than the run began with. */
  readonly onNote?: (note: string) => void;
}

/** Measures a checkpoint of a run on a split of its data, with the last stage's tasks; writes `eval/SPLIT.json` and `evaluation/TASK-SPLIT.json`. */
export async function evaluate(run: string, split: Split, options: EvaluateOptions = {}): Promise<readonly MeasuredValue[]> {
  const folder = new RunFolder(run);
  const lock = await readRunLock(folder);
  const { compiled, preprocessing } = await readBundleOf(folder, lock);
  const checkpoints = checkpointsOf(folder, lock);
  const { checkpoint = "best" } = options;
  const measured = await chosenCheckpoints(checkpoints, checkpoint);
  const weights = await weightsOfCheckpoints(checkpoints, measured, compiled.program.specification.renamed);
  const all = compiled.program.specification.stages.at(-1)?.tasks ?? [];
  const tasks = all.filter((task) => measured.some((each) => isOf(each, task)));
  const others = all.filter((task) => !tasks.includes(task));
  if (isPointer(checkpoint) && others.length > 0) options.onNote?.(`The forks of ${others.join(", ")} have not begun; the other tasks are measured.`);
  const found = await findRunData({ run: folder, lock, compiled, data: options.data });
  if (found.note !== undefined) options.onNote?.(found.note);
  return withEngineAndData({ compiled, preprocessing, folders: found.folders, ...engineOf(lock, options) }, async (opened) => {
    const changed = changesSince(lock, found, opened.data);
    if (changed !== undefined) options.onNote?.(`${changed} Splits and values may differ from the run's.`);
    const evaluated = await evaluateLastStage({ program: compiled.program, weights, splits: [split], tasks, ...opened });
    await writeResults(folder, measured, evaluated);
    return evaluated.values;
  });
}
