import { sizeOf } from "../../../compiler/graph/graph.ts";
import { metricName } from "../../../compiler/schema/metric-name.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { Data } from "../../data/data.ts";
import { windowOfPass } from "../../data/pass-rows.ts";
import { metrics } from "../../metrics/index.ts";
import { packageVersion } from "../../package-version.ts";
import { scaleOf } from "../../targets/number-scale.ts";
import type { Phase } from "../../train/phase/phases.ts";
import { epochLength, sampledTasks, stageLength } from "../../train/phase/stage-length.ts";
import { type Program, taskOf } from "../../train/program.ts";
import { drawableTasks } from "../../train/samplers/drawable-tasks.ts";
import { drawsOf } from "../../train/supply/draw-tasks.ts";
import { describeSelection } from "./describe-selection.ts";
import { type TrainingLimit, comparingTasks } from "./training-limits.ts";

export interface DescribedStage {
  readonly program: Program;
  readonly plan: StagePlan;
  readonly phase: Phase;
  readonly seed: number;
  readonly data: Data;
  readonly limits: readonly TrainingLimit[];
}

/** The contents of `training.json`: what `train.py` needs to know of a stage. */
export async function describeTraining({ program, plan, phase, seed, data, limits }: DescribedStage) {
  const { specification } = program;
  const { stage } = plan;
  const sampled = sampledTasks(plan, data);
  const total = stageLength(stage, sampled);
  return {
    version: 1,
    mtl: packageVersion(),
    model: specification.model.name,
    stage: phase.name,
    seed,
    weighted_mean: rulesOf(specification).weightedMean,
    /** Updates of the stage; a run may be asked for fewer, but its sampler counts these. */
    total,
    length: total,
    /** Updates between two validations, as a duration. */
    every: stage.checkpoint.every,
    keep: stage.checkpoint.keep,
    step: stage.step,
    draws: drawsOf(stage),
    sampler: stage.sampler,
    // A sampler of rows passes over tasks whose loss does not count.
    drawable: drawableTasks(stage, sampled).filter(
      (name) => stage.sampler.kind !== "uncertainty" || taskOf(program, name).weight !== 0,
    ),
    accumulate: stage.accumulate,
    passes: plan.passes.map((tasks) => ({
      tasks,
      batch: plan.batchOf(tasks[0] ?? ""),
      window: windowOfPass(data, tasks) ?? null,
    })),
    tasks: sampled.map(({ name, rows, steps }) => ({
      name,
      rows,
      steps,
      ...describeTask(program, name, data),
      random: randomSites(plan, name),
    })),
    comparing: comparingTasks(program, plan),
    optimizer: stage.optimizer,
    schedule: stage.schedule,
    clip: stage.clip ?? null,
    untouched: stage.untouched,
    balance: stage.balance,
    /** Updates of an epoch, as balances count them. */
    epoch_steps: Math.ceil(epochLength(stage, sampled)),
    average: stage.average ?? null,
    selection: await describeSelection(program, plan, data),
    weights: plan.weights.map(({ name, kind, trainable, decayed, group, tasks }) => ({
      name,
      kind,
      trainable,
      decayed,
      group: group ?? null,
      tasks,
    })),
    refused: limits,
  };
}

function describeTask(program: Program, name: string, { preprocessing }: Data) {
  const task = taskOf(program, name);
  return {
    target: task.target.kind,
    weight: task.weight,
    classes: preprocessing.classes[name] ?? [],
    scale: scaleOf(name, preprocessing),
    metrics: task.metrics.map((metric) => ({
      name: metricName(metric, task.metrics),
      better: metrics[metric.kind].better,
      options: metric,
    })),
  };
}

/** The sites of dropout and its kin in the training of a task, with the bytes that a row has there. */
function randomSites(plan: StagePlan, task: string) {
  const rows = plan.batchOf(task);
  return plan.gradients(task).inputs.flatMap(({ role, value }) => {
    if (role.kind !== "random") return [];
    const [first = rows, ...rest] = value.shape;
    return [
      {
        site: role.site,
        shape: value.shape.slice(1),
        /** Rows of the input for each row of the batch. */
        each: first / rows,
        bytes: (first / rows) * sizeOf(rest),
        ...(role.moved ? { moved: role.moved } : {}),
      },
    ];
  });
}
