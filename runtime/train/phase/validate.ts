import { taskOf } from "../program.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { Data, Split } from "../../data/data.ts";
import type { ConstantPrediction } from "../../evaluation/constant-prediction.ts";
import type { SplitInspection } from "../../evaluation/split-inspection.ts";
import { type MeasuredValue, evaluatePass } from "../../evaluation/evaluate-split.ts";
import type { Generation } from "../../decode/generate-texts.ts";
import { generationOf } from "../../decode/generation-of.ts";
import { metrics } from "../../metrics/index.ts";
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
  for (const pass of plan.evaluationPasses) {
    const measured = pass.filter((name) => tasks.includes(name) && data.rows(name, split) > 0);
    if (measured.length === 0) continue;
    values.push(
      ...(await evaluatePass({
        tasks: measured.map((name) => taskOf(program, name)),
        split,
        data: prefixes.evaluated(data),
        executableOf: (lengths) =>
          executables.get({
            kind: "evaluate",
            pass: measured,
            variant: prefixes.variantOf(measured, "evaluate", lengths),
          }),
        batch: plan.evaluationBatchOf(measured),
        specification,
        buckets: buckets(measured, split),
        floors,
        generations: generationsOf(measured, { program, data, executables }),
        inspections,
      })),
    );
  }
  return tasks.flatMap((name) => values.filter(({ task }) => task === name));
}

/** The ways to generate texts for those tasks that have metrics of them. */
function generationsOf(
  names: readonly string[],
  { program, data, executables }: Pick<Validation, "program" | "data" | "executables">,
): ReadonlyMap<string, Generation> {
  const { specification } = program;
  return new Map(
    names.flatMap((name) => {
      const task = taskOf(program, name);
      const generation = task.metrics.some(({ kind }) => metrics[kind].ofGenerated)
        ? generationOf(task, {
            specification,
            preprocessing: data.preprocessing,
            graphsOf: (rows) => executables.decoding(name, rows),
          })
        : undefined;
      return generation ? [[name, generation] as const] : [];
    }),
  );
}
