import type { Data, Split } from "../data/data.ts";
import { type DecodingChoice, withDecoding } from "../decode/decoding-choice.ts";
import type { EngineChoice } from "../engines/open-engine.ts";
import { measureTasks } from "./measure-tasks.ts";
import { RunFolder } from "../run/run-folder.ts";
import { changesSince, findRunData } from "../run/run-data.ts";
import { checkpointsOf, readBundleOf, readRunLock } from "../run/run-lock.ts";
import { chosenTasks } from "./task-checkpoints.ts";
import { engineOf } from "../run/train.ts";
import { writeResults } from "../run/write-results.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";
import { UserError } from "../user-error.ts";
import { withEngineAndData } from "./with-engine-and-data.ts";

export interface EvaluateOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /**
   * The folder that the paths of the data sets are relative to, if the data has been moved away from the run; by
   * default the value of MTL_DATA.
   */
  readonly data?: string;
  /** `best`, as by default, `last`, or a name: `step-000500`. */
  readonly checkpoint?: string;
  /** Tasks as they were when this stage ended; by default the last one that has begun. */
  readonly stage?: string;
  /** The way to choose the tokens of generated texts; by default that of the specification. */
  readonly decode?: DecodingChoice;
  /** Receives notes about the values, such as that they are of other data than the run began with. */
  readonly onNote?: (note: string) => void;
}

/**
 * Measures every task of a run on a split of its data, by a checkpoint. Writes `eval/SPLIT.json` and
 * `evaluation/TASK-SPLIT.json`, unless an earlier stage is evaluated
 * or another decoding is chosen.
 */
export async function evaluate(
  run: string,
  split: Split,
  options: EvaluateOptions = {},
): Promise<readonly MeasuredValue[]> {
  const folder = new RunFolder(run);
  const lock = await readRunLock(folder);
  const { compiled, preprocessing } = await readBundleOf(folder, lock);
  const checkpoints = checkpointsOf(folder, lock);
  const tasks = await chosenTasks(compiled.program.specification, checkpoints, options);
  const found = await findRunData({ run: folder, lock, compiled, data: options.data });
  if (found.note !== undefined) options.onNote?.(found.note);
  return withEngineAndData(
    { compiled, preprocessing, folders: found.folders, ...engineOf(lock, options) },
    async (opened) => {
      const changed = changesSince(lock, found, opened.data);
      if (changed !== undefined) options.onNote?.(`${changed} Splits and values may differ from the run's.`);
      requireRows(
        tasks.map(({ task }) => task),
        split,
        opened.data,
        options,
      );
      const evaluated = await measureTasks({
        program: withDecoding(compiled.program, options.decode),
        checkpoints,
        tasks,
        splits: [split],
        ...opened,
      });
      // Other values are only returned; the result files are those of the last stage, by the decoding of the specification.
      if (options.stage === undefined && options.decode === undefined) await writeResults(folder, tasks, evaluated);
      return evaluated.values;
    },
  );
}

/** Checks that there is something to measure; the error names tasks without rows. */
function requireRows(
  tasks: readonly string[],
  split: Split,
  data: Pick<Data, "rows">,
  { onNote }: EvaluateOptions,
): void {
  const without = tasks.filter((task) => data.rows(task, split) === 0);
  if (without.length === tasks.length)
    throw new UserError(
      "data",
      `No ${split} rows have a target of ${tasks.join(" or ")}: there is nothing to measure.`,
      "Give their data sets a `split`, or a file, with such rows, or name another --split.",
    );
  if (without.length > 0)
    onNote?.(`No ${split} rows have a target of ${without.join(" or ")}; the other tasks are measured.`);
}
