import type { StagePlan } from "../../compiler/plan.ts";
import type { Data, Split } from "../data/data.ts";
import type { ConstantPrediction } from "./constant-prediction.ts";
import { type MeasuredValue, evaluateSplit } from "./evaluate-split.ts";
import type { LoadedSteps } from "./loaded-steps.ts";
import type { Program } from "./program.ts";

export interface Validation {
  readonly program: Program;
  readonly plan: StagePlan;
  readonly steps: LoadedSteps;
  readonly data: Data;
  readonly split: Split;
  /** Floors of tasks, where they are to be measured beside the model. */
  readonly floors?: ReadonlyMap<string, ConstantPrediction>;
}

/** Measures every task of a stage on a split; nothing for tasks without rows there. */
export async function validate({ program, plan, steps, data, split, floors }: Validation): Promise<readonly MeasuredValue[]> {
  const values: MeasuredValue[] = [];
  for (const name of plan.tasks) {
    const task = program.specification.tasks[name];
    if (!task) throw new Error(`no task ${name}`);
    if (data.rows(name, split) === 0) continue;
    const step = await steps.get({ kind: "evaluate", task: name });
    const floor = floors?.get(name);
    values.push(...(await evaluateSplit({ task, split, data, step, batch: plan.batchOf(name), ...(floor ? { floor } : {}) })));
  }
  return values;
}
