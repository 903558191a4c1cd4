import type { Tensors } from "../checkpoint/checkpoint.ts";
import type { Data, Split } from "../data/data.ts";
import type { Engine } from "../engines/engine.ts";
import type { TaskEvaluation } from "../evaluation/evaluation-file.ts";
import { SplitInspection } from "../evaluation/split-inspection.ts";
import type { TrainedWeights } from "../trained-weights.ts";
import { UserError } from "../user-error.ts";
import { type ConstantPrediction, constantPrediction } from "./constant-prediction.ts";
import type { MeasuredValue } from "./evaluate-split.ts";
import { FrozenPrefixes } from "./frozen-prefixes.ts";
import { LoadedSteps } from "./loaded-steps.ts";
import { weightKey } from "./phase-weights.ts";
import { type Phase, phasesOf } from "./phases.ts";
import type { StagePlan } from "../../compiler/plan.ts";
import { sameShape, showShape } from "../../compiler/graph/graph.ts";
import type { Program } from "./program.ts";
import { TensorStore } from "./tensor-store.ts";
import { textLevels } from "./text-levels.ts";
import { planOf } from "./trainer.ts";
import { validate } from "./validate.ts";

export interface EvaluatedStage {
  readonly program: Program;
  readonly data: Data;
  readonly engine: Engine;
  readonly weights: TrainedWeights;
  readonly splits: readonly Split[];
  /** Only these; by default all of the last stage. */
  readonly tasks?: readonly string[];
}

/** All values, and what there is to see besides, by task and split. */
export interface StageEvaluation {
  readonly values: readonly MeasuredValue[];
  readonly tasks: readonly Omit<TaskEvaluation, "checkpoint">[];
}

/** Measures the tasks of the last stage, each with its weights. */
export async function evaluateLastStage({ program, data, engine, weights, splits, tasks: asked }: EvaluatedStage): Promise<StageEvaluation> {
  const values: MeasuredValue[] = [];
  const tasks: Omit<TaskEvaluation, "checkpoint">[] = [];
  for (const phase of lastPhases(program)) {
    if (asked && phase.forTask !== undefined && !asked.includes(phase.forTask)) continue;
    const plan = planOf(program, phase);
    const store = await trainedStore(plan, weights);
    const steps = new LoadedSteps(engine, plan, store);
    const prefixes = new FrozenPrefixes({ plan, engine, store, data });
    const levels = textLevels(plan, data);
    try {
      const floors = new Map<string, ConstantPrediction>();
      for (const name of plan.tasks) {
        const task = program.specification.tasks[name];
        if (task) floors.set(name, await constantPrediction(task, data, program.specification.modalities));
      }
      for (const split of splits) {
        const inspections = new Map(plan.tasks.flatMap((name) => inspectionOf(program, name, split, data)));
        const measured = await validate({ program, plan, steps, prefixes, data, levels, split, floors, inspections });
        values.push(...measured);
        for (const [name, inspection] of inspections) tasks.push({ metrics: metricsOf(name, measured), ...(await inspection.end()) });
      }
    } finally {
      await prefixes.close();
      await steps.dispose();
    }
  }
  return { values, tasks };
}

function inspectionOf({ specification }: Program, name: string, split: Split, data: Data): readonly (readonly [string, SplitInspection])[] {
  const task = specification.tasks[name];
  return task && data.rows(name, split) > 0 ? [[name, new SplitInspection(task, split, data, specification)]] : [];
}

function metricsOf(task: string, values: readonly MeasuredValue[]): TaskEvaluation["metrics"] {
  return Object.fromEntries(values.filter((each) => each.task === task).map(({ name, value }) => [name, Number.isFinite(value) ? value : null]));
}

/** The phases of the last stage: one, or one for each task of `for_each`. */
export function lastPhases({ specification }: Program): readonly Phase[] {
  const last = specification.stages.at(-1);
  return phasesOf(specification).filter((phase) => phase.stage === last);
}

/** The weights of a phase's plan; all of its tasks have one table. */
export async function trainedStore(plan: Pick<StagePlan, "weights" | "tasks">, weights: TrainedWeights): Promise<TensorStore> {
  return storeOf(plan, await weights(plan.tasks[0] ?? ""));
}

/** The weights of a plan, taken from a trained model; each must be there, in its shape. */
export function storeOf(plan: Pick<StagePlan, "weights">, weights: Tensors): TensorStore {
  const store = new TensorStore();
  for (const weight of plan.weights) {
    const found = weights.get(weightKey(weight));
    const wanted = `The specification wants a weight ${weight.name} ${showShape(weight.shape)}`;
    const help = "Use the version of mtl and the specification that it was trained with.";
    if (!found) throw new UserError("data", `${wanted}, which the trained model lacks.`, help);
    if (!sameShape(found.shape, weight.shape)) throw new UserError("data", `${wanted}; in the trained model it is ${showShape(found.shape)}.`, help);
    store.set(weightKey(weight), found);
  }
  return store;
}
