import type { StagePlan, TextLengths } from "../../../compiler/stage/plan.ts";
import type { Data, Split } from "../../data/data.ts";
import type { ConstantPrediction } from "../../evaluation/constant-prediction.ts";
import type { SplitInspection } from "../../evaluation/split-inspection.ts";
import { type MeasuredValue, evaluateSplit } from "../../evaluation/evaluate-split.ts";
import type { FrozenPrefixes } from "../step/frozen-prefixes.ts";
import type { StageExecutables } from "../step/stage-executables.ts";
import type { Program } from "../program.ts";
import type { BucketsOfSplit } from "../supply/length-buckets.ts";

export interface Validation {
  readonly program: Program;
  readonly plan: StagePlan;
  /** Only these; by default all of the plan. */
  readonly tasks?: readonly string[];
  readonly executables: StageExecutables;
  /** The frozen prefixes of the stage, with the weights of `steps`. */
  readonly prefixes: FrozenPrefixes;
  readonly data: Data;
  /** The length buckets of the rows of `data`. */
  readonly buckets: BucketsOfSplit;
  readonly split: Split;
  /** Baselines of tasks, if they are to be measured with the model. */
  readonly floors?: ReadonlyMap<string, ConstantPrediction>;
  /** Inspections that receive every row of a task, by task. */
  readonly inspections?: ReadonlyMap<string, SplitInspection>;
}

/** Measures tasks of a stage on a split; tasks without rows there have no result. */
export async function validate({
  program,
  plan,
  tasks = plan.tasks,
  executables,
  prefixes,
  data,
  buckets,
  split,
  floors,
  inspections,
}: Validation): Promise<readonly MeasuredValue[]> {
  const values: MeasuredValue[] = [];
  const { specification } = program;
  for (const name of tasks) {
    const task = specification.tasks[name];
    if (!task) throw new Error(`no task ${name}`);
    if (data.rows(name, split) === 0) continue;
    const executableOf = (lengths: TextLengths) =>
      executables.get({ kind: "evaluate", task: name, variant: prefixes.variantOf(name, "evaluate", lengths) });
    const [floor, inspection] = [floors?.get(name), inspections?.get(name)];
    values.push(
      ...(await evaluateSplit({
        task,
        split,
        data: prefixes.evaluated(data),
        executableOf,
        batch: plan.batchOf(name),
        specification,
        buckets: buckets(name, split),
        ...(floor ? { floor } : {}),
        ...(inspection ? { inspection } : {}),
      })),
    );
  }
  return values;
}
