import type { Tensors } from "../checkpoint/checkpoint.ts";
import type { Data, Split } from "../data/data.ts";
import type { Engine } from "../engines/engine.ts";
import type { TaskEvaluation } from "./evaluation-file.ts";
import { SplitInspection } from "./split-inspection.ts";
import type { TrainedWeights } from "../model/trained-weights.ts";
import { UserError } from "../user-error.ts";
import { type ConstantPrediction, constantPrediction } from "./constant-prediction.ts";
import type { MeasuredValue } from "./evaluate-split.ts";
import { FrozenPrefixes } from "../train/step/frozen-prefixes.ts";
import { StageExecutables } from "../train/step/stage-executables.ts";
import { weightKey } from "../train/phase/phase-weights.ts";
import type { PlanSettings } from "../../compiler/stage/checked-program.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { sameShape, showShape } from "../../compiler/graph/graph.ts";
import type { Program } from "../train/program.ts";
import type { ServedTask } from "../train/phase/served-tasks.ts";
import { TensorStore } from "../train/step/tensor-store.ts";
import { openLengthBuckets } from "../train/supply/length-buckets.ts";
import { planOf } from "../train/phase/trainer.ts";
import { validate } from "../train/phase/validate.ts";

export interface EvaluatedTasks {
  readonly program: Program;
  readonly data: Data;
  readonly engine: Engine;
  readonly weights: TrainedWeights;
  readonly splits: readonly Split[];
  readonly tasks: readonly ServedTask[];
  /** `rows`, the default, also inspects rows, for confusion and worst examples. */
  readonly look?: "rows" | "values";
}

/** All values, and the inspections by task and split. */
export interface TasksEvaluation {
  readonly values: readonly MeasuredValue[];
  readonly tasks: readonly Omit<TaskEvaluation, "checkpoint">[];
}

/** Measures tasks, each with its weights and by the graphs of the last phase that trained it. */
export async function evaluateTasks({
  program,
  data,
  engine,
  weights,
  splits,
  tasks: served,
  look = "rows",
}: EvaluatedTasks): Promise<TasksEvaluation> {
  const values: MeasuredValue[] = [];
  const tasks: Omit<TaskEvaluation, "checkpoint">[] = [];
  for (const { plan, names } of plansOfTasks(program, served)) {
    const store = await trainedStore({ plan, task: names[0] ?? "", weights });
    const executables = new StageExecutables(engine, plan, store);
    const prefixes = new FrozenPrefixes({ plan, engine, store, data });
    const buckets = openLengthBuckets(plan, data);
    try {
      const floors = new Map<string, ConstantPrediction>();
      for (const name of look === "rows" ? names : []) {
        const task = program.specification.tasks[name];
        if (task) floors.set(name, await constantPrediction(task, data, program.specification));
      }
      for (const split of splits) {
        const inspections = new Map(
          (look === "rows" ? names : []).flatMap((name) => inspectionOf(program, name, split, data)),
        );
        const measured = await validate({
          program,
          plan,
          tasks: names,
          executables,
          prefixes,
          data,
          buckets,
          split,
          floors,
          inspections,
        });
        values.push(...measured);
        for (const [name, inspection] of inspections)
          tasks.push({ metrics: metricsOf(name, measured), ...(await inspection.end()) });
      }
    } finally {
      await prefixes.close();
      await executables.dispose();
    }
  }
  return { values, tasks };
}

export interface PlanOfTasks {
  readonly plan: StagePlan;
  readonly names: readonly string[];
}

/** The plans that tasks have their graphs of; those with the same graphs and the same weights together. */
export function plansOfTasks(
  program: Program,
  served: readonly ServedTask[],
  rows: Pick<PlanSettings, "batch"> = {},
): readonly PlanOfTasks[] {
  const keyOf = ({ own, weights }: ServedTask): string => `${own.name} ${weights.name}`;
  return [...new Set(served.map(keyOf))].flatMap((key) => {
    const together = served.filter((each) => keyOf(each) === key);
    const [first] = together;
    return first ? [{ plan: planOf(program, first.own, rows), names: together.map(({ task }) => task) }] : [];
  });
}

function inspectionOf(
  { specification }: Program,
  name: string,
  split: Split,
  data: Data,
): readonly (readonly [string, SplitInspection])[] {
  const task = specification.tasks[name];
  return task && data.rows(name, split) > 0 ? [[name, new SplitInspection(task, split, data, specification)]] : [];
}

function metricsOf(task: string, values: readonly MeasuredValue[]): TaskEvaluation["metrics"] {
  return Object.fromEntries(
    values.filter((each) => each.task === task).map(({ name, value }) => [name, Number.isFinite(value) ? value : null]),
  );
}

export interface StoreOfTask {
  readonly plan: Pick<StagePlan, "weights">;
  readonly task: string;
  readonly weights: TrainedWeights;
}

/** The weights of a plan, out of the table that a task of it predicts with. */
export async function trainedStore({ plan, task, weights }: StoreOfTask): Promise<TensorStore> {
  return storeOf(plan, await weights(task));
}

/** A store with the weights of a plan, taken from a trained model. Throws if one is missing or has another shape. */
export function storeOf(plan: Pick<StagePlan, "weights">, weights: Tensors): TensorStore {
  const store = new TensorStore();
  for (const weight of plan.weights) {
    const found = weights.get(weightKey(weight));
    const wanted = `The specification wants a weight ${weight.name} ${showShape(weight.shape)}`;
    const help = "Use the version of mtl and the specification that it was trained with.";
    if (!found) throw new UserError("data", `${wanted}, which the trained model lacks.`, help);
    if (!sameShape(found.shape, weight.shape))
      throw new UserError("data", `${wanted}; in the trained model it is ${showShape(found.shape)}.`, help);
    store.set(weightKey(weight), found);
  }
  return store;
}
