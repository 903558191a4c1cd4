import { atOnce } from "../../at-once.ts";
import { targetOf } from "../../targets/index.ts";
import type { ResolvedStage } from "../../schema/resolved.ts";
import type { Program } from "../../stage/checked-program.ts";
import { ruleOf, slotsOfRule } from "../../differentiate/update-rule.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { elaborateForward } from "../../elaborate/forward.ts";
import { forkWeights } from "../../stage/forked-weights.ts";
import { evaluatedPatterns } from "../../stage/frozen-scopes.ts";
import { bytesOf } from "../../graph/cost.ts";
import { type Graph, sizeOf } from "../../graph/graph.ts";
import { optimise } from "../../passes/optimise.ts";
import type { ForwardGraph, StagePlan, StageWeight } from "../../stage/plan.ts";
import { hasOwnOptimizers, ownersOf } from "../../schema/worker-steps.ts";
import { stageOverrides } from "../../stage/stage-plan.ts";
import {
  type Cost,
  type ForkCost,
  type PartCost,
  type ProgramCost,
  type StageCost,
  type TaskCost,
  noCost,
} from "./cost.ts";
import { batchMemory, flopsOf, peakMemory } from "./graph-cost.ts";
import { type Contribution, type PartOf, createParts, sum, sumByPart } from "./parts.ts";
import { tasksOfStep, trainingCost } from "./training-cost.ts";

/**
 * The cost of a valid program, computed from its graphs. All sizes are known, so that no weight is created and no data
 * is read.
 */
export function costOf(program: Program): ProgramCost {
  return atOnce(costInSteps(program));
}

/** The same in steps, each about one task of a stage, between which an editor may do something else, or end it. */
export function* costInSteps(program: Program): Generator<undefined, ProgramCost> {
  const forwards: ForwardGraph[] = [];
  for (const task of Object.keys(program.specification.tasks)) {
    forwards.push(...predictionOf(program, task));
    yield;
  }
  const stages: StageCost[] = [];
  const trained: StageWeight[] = [];
  for (const stage of program.specification.stages) {
    const plan = program.plan(stage.name);
    trained.push(...plan.weights);
    stages.push(...(yield* costsOfStage(program, stage, plan)));
  }
  const tasks: TaskCost[] = [];
  for (const forward of forwards) {
    tasks.push(predictionCost(program, forward, forwards));
    yield;
  }
  const sizes = new Map(
    [...forwards.flatMap(({ weights }) => weights), ...trained].flatMap(({ name, kind, shape }) =>
      kind === "weight" ? [[name, sizeOf(shape)] as const] : [],
    ),
  );
  const forks = forkCost(program);
  return {
    parameters: [...sizes.values()].reduce((total, size) => total + size, 0),
    ...(forks ? { forks } : {}),
    tasks,
    stages,
  };
}

/** The cost of the versions of weights that a forked stage leaves; `undefined` if no stage forks. */
export function forkCost(program: Pick<Program, "specification" | "plan">): ForkCost | undefined {
  const stage = program.specification.stages.find(({ fork }) => fork);
  if (!stage) return undefined;
  const further = forkWeights(program).map(({ weight, tasks, kept }) =>
    kept === "apart" && weight.kind === "weight" ? (tasks.length - 1) * sizeOf(weight.shape) : 0,
  );
  return { stage: stage.name, tasks: stage.tasks.length, parameters: further.reduce((total, size) => total + size, 0) };
}

/** Prediction of one example by a task, as the last stage that trains it leaves it. */
export function taskCost(program: Program, task: string): TaskCost | undefined {
  const forwards = predictions(program);
  const forward = forwards.find((candidate) => candidate.task === task);
  return forward && predictionCost(program, forward, forwards);
}

/** One for the stage, or one for each turn of `for_each: task`. */
export function stageCosts(program: Program, name: string): readonly StageCost[] {
  const stage = program.specification.stages.find((candidate) => candidate.name === name);
  return stage ? atOnce(costsOfStage(program, stage, program.plan(name))) : [];
}

function* costsOfStage(
  program: Program,
  stage: ResolvedStage,
  plan: StagePlan,
): Generator<undefined, readonly StageCost[]> {
  if (stage.for_each !== "task") return [yield* stageCost(program, plan)];
  const costs: StageCost[] = [];
  for (const forTask of stage.tasks)
    costs.push({ ...(yield* stageCost(program, program.plan(stage.name, { forTask }))), forTask });
  return costs;
}

function predictions(program: Program): readonly ForwardGraph[] {
  return Object.keys(program.specification.tasks).flatMap((task) => predictionOf(program, task));
}

function predictionOf(program: Program, task: string): readonly ForwardGraph[] {
  const { stages } = program.specification;
  const overrides = stageOverrides(
    program,
    stages.findLast((stage) => stage.tasks.includes(task)),
  );
  const request = { task, mode: "predict", batch: 1, overrides, reporter: createReporter() } as const;
  return [elaborateForward(program, request).forward ?? []].flat();
}

function predictionCost(
  program: Program,
  { task, batch, graph, weights }: ForwardGraph,
  all: readonly ForwardGraph[],
): TaskCost {
  const placed = createParts(program);
  const partOf: PartOf = (path) => placed(path ?? `task.${task}`);
  const optimised = optimise(graph);
  const isShared = (name: string): boolean =>
    all.some((other) => other.task !== task && other.weights.some((weight) => weight.name === name));
  const contributions = [
    ...batchMemory(partOf, optimised),
    ...flopsOf(partOf, optimised, batch),
    ...peakMemory(partOf, optimised),
    ...weights.map((weight): Contribution => [
      partOf(weight.name),
      weightCost({ ...weight, shared: isShared(weight.name), trainable: true }, 0),
    ]),
  ];
  return totalled(task, batch, contributions);
}

function* stageCost(program: Program, plan: StagePlan): Generator<undefined, StageCost> {
  const partOf = createParts(program);
  const slotBytes = (weight: StageWeight): number =>
    ownersOf(plan.stage, weight).length *
    Object.values(slotsOfRule(ruleOf(plan.stage, weight), weight.shape)).reduce(
      (total, slot) => total + bytesOf({ dtype: "float32", shape: slot }),
      0,
    );
  const weights = plan.weights.map((weight) => ({ ...weight, shared: weight.tasks.length > 1 }));
  const scoring = scoringGraphs(program, plan);
  const tasks: TaskCost[] = [];
  for (const task of plan.tasks) {
    const own = weights.filter((weight) => weight.tasks.includes(task));
    const contributions = [
      ...trainingCost(plan, task, { partOf, scoring }),
      ...own.map((weight): Contribution => [partOf(weight.name), weightCost(weight, slotBytes(weight))]),
    ];
    tasks.push(totalled(task, plan.batchOf(task), contributions));
    yield;
  }
  const shared: { readonly pass: readonly string[]; readonly total: Cost }[] = [];
  for (const pass of sharedPasses(plan)) {
    shared.push({ pass, total: sum(sumByPart(trainingCost(plan, pass, { partOf, scoring }))) });
    yield;
  }
  const totalOf = (task: string): Cost => tasks.find((each) => each.task === task)?.total ?? noCost;
  const together = new Set(shared.flatMap(({ pass }) => pass));
  const updates = [...shared, ...tasks.filter(({ task }) => !together.has(task))].map(({ total }) => total);
  const most = (of: keyof Cost): number => Math.max(0, ...updates.map((total) => total[of]));
  const operations = sum(
    together.size > 0
      ? updates
      : largest(
          tasks.map(({ total }) => total),
          tasksOfOperations(plan),
        ),
  ).flops;
  return {
    stage: plan.stage.name,
    tasks,
    passes: shared.map(({ pass, total }) => ({
      tasks: pass,
      flops: total.flops,
      separateFlops: sum(pass.map(totalOf)).flops,
    })),
    evaluated: evaluatedPatterns(plan),
    total: {
      ...sum(weights.map((weight) => weightCost(weight, slotBytes(weight)))),
      flops: operations,
      activationBytes: most("activationBytes"),
    },
  };
}

/** The number of tasks whose costs a step adds up. The operations of a mixed step are those of one task with all rows. */
function tasksOfOperations(plan: StagePlan): number {
  if (hasOwnOptimizers(plan.stage)) return plan.tasks.length;
  return plan.stage.step.kind === "mixed" ? 1 : tasksOfStep(plan);
}

/** The passes of several tasks, where every step computes all of them. */
function sharedPasses({ stage: { step }, passes }: StagePlan): readonly (readonly string[])[] {
  return step.kind === "joint" && step.tasks === undefined ? passes.filter((pass) => pass.length > 1) : [];
}

/**
 * The graphs that a sampler runs before each step to score rows: a prediction of its candidates by every task that
 * counts and has classes.
 */
function scoringGraphs({ specification }: Program, plan: StagePlan): readonly Graph[] {
  const {
    stage: { sampler },
    tasks,
  } = plan;
  if (sampler.kind !== "uncertainty") return [];
  const scored = tasks.filter((name) => {
    const task = specification.tasks[name];
    return task && task.weight !== 0 && targetOf(task.target).classes;
  });
  return scored.map((task) => plan.predict(task, { batch: sampler.candidates }));
}

/** The costs with the most operations. */
function largest(costs: readonly Cost[], count: number): readonly Cost[] {
  return costs.toSorted((left, right) => right.flops - left.flops).slice(0, count);
}

function weightCost(
  { kind, shape, trainable, shared }: Pick<StageWeight, "kind" | "shape" | "trainable"> & { readonly shared: boolean },
  slotBytes: number,
): Partial<Cost> {
  const weightBytes = bytesOf({ dtype: "float32", shape });
  if (kind === "state") return { weightBytes };
  const parameters = sizeOf(shape);
  return {
    parameters,
    frozen: trainable ? 0 : parameters,
    shared: shared ? parameters : 0,
    weightBytes,
    optimizerBytes: trainable ? slotBytes : 0,
  };
}

/** The total is the sum of the parts; FLOPs are divided by the batch part by part. */
function totalled(task: string, batch: number, contributions: readonly Contribution[]): TaskCost {
  const parts = sumByPart(contributions);
  const rank = ({ kind }: PartCost): number =>
    kind === "candidates" ? 3 : kind === "update" ? 2 : kind === "task" ? 1 : 0;
  return { task, batch, parts: parts.toSorted((left, right) => rank(left) - rank(right)), total: sum(parts) };
}
