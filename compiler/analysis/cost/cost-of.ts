import { targetOf } from "../../targets/index.ts";
import type { Program } from "../../stage/checked-program.ts";
import { ruleOf, slotsOfRule } from "../../differentiate/update-rule.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { elaborateForward } from "../../elaborate/forward.ts";
import { forkWeights } from "../../stage/forked-weights.ts";
import { evaluatedPatterns } from "../../stage/frozen-scopes.ts";
import { bytesOf, nodeFlops, peakOf } from "../../graph/cost.ts";
import { type Graph, type Value, sizeOf } from "../../graph/graph.ts";
import { optimise } from "../../passes/optimise.ts";
import { type ForwardGraph, type StagePlan, type StageWeight, isFused } from "../../stage/plan.ts";
import { stageOverrides } from "../../stage/stage-plan.ts";
import type { Cost, ForkCost, PartCost, ProgramCost, StageCost, TaskCost } from "./cost.ts";
import { type Contribution, type PartOf, createParts, sum, sumByPart } from "./parts.ts";

/** What a sound program costs, from its graphs alone: sizes are known, so no weight is made and no data is read. */
export function costOf(program: Program): ProgramCost {
  const forwards = predictions(program);
  const stages = program.specification.stages.map(({ name }) => stageCosts(program, name)).flat();
  const sizes = new Map(
    [
      ...forwards.flatMap(({ weights }) => weights),
      ...program.specification.stages.flatMap(({ name }) => program.plan(name).weights),
    ].flatMap(({ name, kind, shape }) => (kind === "weight" ? [[name, sizeOf(shape)] as const] : [])),
  );
  const forks = forkCost(program);
  return {
    parameters: [...sizes.values()].reduce((total, size) => total + size, 0),
    ...(forks ? { forks } : {}),
    tasks: forwards.map((forward) => predictionCost(program, forward, forwards)),
    stages,
  };
}

/** Nothing where no stage forks. */
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
  if (stage?.for_each !== "task") return [stageCost(program, program.plan(name))];
  return stage.tasks.map((forTask) => ({ ...stageCost(program, program.plan(name, { forTask })), forTask }));
}

function predictions(program: Program): readonly ForwardGraph[] {
  const { stages, tasks } = program.specification;
  return Object.keys(tasks).flatMap((task) => {
    const overrides = stageOverrides(
      program,
      stages.findLast((stage) => stage.tasks.includes(task)),
    );
    return (
      elaborateForward(program, { task, mode: "predict", batch: 1, overrides, reporter: createReporter() }).forward ??
      []
    );
  });
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
    ...batchOf(partOf, optimised),
    ...flops(partOf, optimised, batch),
    ...liveAtPeak(partOf, optimised),
    ...weights.map((weight): Contribution => [
      partOf(weight.name),
      weightCost({ ...weight, shared: isShared(weight.name), trainable: true }, 0),
    ]),
  ];
  return totalled(task, batch, contributions);
}

function stageCost(program: Program, plan: StagePlan): StageCost {
  const partOf = createParts(program);
  const slotBytes = (weight: StageWeight): number =>
    Object.values(slotsOfRule(ruleOf(plan.stage, weight), weight.shape)).reduce(
      (total, slot) => total + bytesOf({ dtype: "float32", shape: slot }),
      0,
    );
  const weights = plan.weights.map((weight) => ({ ...weight, shared: weight.tasks.length > 1 }));
  const asked = askedGraphs(program, plan);
  const tasks = plan.tasks.map((task) => {
    const own = weights.filter((weight) => weight.tasks.includes(task));
    return totalled(task, plan.batchOf(task), [
      ...training(plan, task, { partOf, asked }),
      ...own.map((weight): Contribution => [partOf(weight.name), weightCost(weight, slotBytes(weight))]),
    ]);
  });
  const most = (of: keyof Cost): number => Math.max(0, ...tasks.map(({ total }) => total[of]));
  const operations = sum(
    largest(
      tasks.map(({ total }) => total),
      plan.stage.step.kind === "mixed" ? 1 : tasksOfStep(plan),
    ),
  ).flops;
  return {
    stage: plan.stage.name,
    tasks,
    evaluated: evaluatedPatterns(plan),
    total: {
      ...sum(weights.map((weight) => weightCost(weight, slotBytes(weight)))),
      flops: operations,
      activationBytes: most("activationBytes"),
    },
  };
}

/** What a sampler that asks the model runs before each step, whichever rows it then chooses: a prediction of the candidates of every task that counts and has classes. */
function askedGraphs({ specification }: Program, plan: StagePlan): readonly Graph[] {
  const {
    stage: { sampler },
    tasks,
  } = plan;
  if (sampler.kind !== "uncertainty") return [];
  const asked = tasks.filter((name) => {
    const task = specification.tasks[name];
    return task && task.weight !== 0 && targetOf(task.target).classes;
  });
  return asked.map((task) => plan.predict(task, { batch: sampler.candidates }));
}

/** How many tasks an update is made from. */
function tasksOfStep({ stage: { step }, tasks }: StagePlan): number {
  if (step.kind === "joint") return step.tasks ?? tasks.length;
  return step.kind === "mixed" ? tasks.length : 1;
}

/** Those with the most operations. */
function largest(costs: readonly Cost[], count: number): readonly Cost[] {
  return costs.toSorted((left, right) => right.flops - left.flops).slice(0, count);
}

/** The fused graph, or that of the gradients and that of the update, whose sums of gradients live all the time. */
function training(
  plan: StagePlan,
  task: string,
  { partOf, asked }: { readonly partOf: PartOf; readonly asked: readonly Graph[] },
): readonly Contribution[] {
  const { stage, tasks } = plan;
  const batch = plan.batchOf(task);
  if (isFused(stage))
    return [
      ...batchOf(partOf, plan.step(task)),
      ...flops(partOf, plan.step(task), batch),
      ...liveAtPeak(partOf, plan.step(task)),
    ];
  const updated = [task, ...tasks.filter((other) => other !== task)].slice(0, tasksOfStep(plan));
  const [gradients, apply] = [plan.gradients(task), plan.apply(updated)];
  const examples =
    stage.accumulate *
    (stage.step.kind === "mixed" ? batch : updated.reduce((total, each) => total + plan.batchOf(each), 0));
  const run = [
    ...[gradients, apply].map((graph) => ({ graph, of: partOf })),
    ...asked.map((graph) => ({ graph, of: ofCandidates })),
  ];
  const largest = run.reduce((most, each) => (peakOf(each.graph).bytes > peakOf(most.graph).bytes ? each : most));
  const gradientBytes = apply.inputs.reduce(
    (total, { role, value }) => total + (role.kind === "gradient" ? bytesOf(value) : 0),
    0,
  );
  // A balance sees the gradients of each task apart.
  const sums = stage.balance.kind === "fixed" ? 1 : updated.length + 1;
  return [
    ...batchOf(partOf, gradients),
    ...flops(partOf, gradients, batch),
    ...flops(partOf, apply, examples),
    ...liveAtPeak(largest.of, largest.graph),
    [partOf(undefined), { activationBytes: sums * gradientBytes }],
    ...asked.flatMap((graph) => [...batchOf(ofCandidates, graph), ...flops(ofCandidates, graph, examples)]),
  ];
}

const ofCandidates: PartOf = () => ({ kind: "candidates", name: "candidates" });

function flops(partOf: PartOf, graph: Graph, examples: number): readonly Contribution[] {
  return graph.nodes.map((node) => [partOf(node.origin?.path), { flops: nodeFlops(node) / examples }]);
}

/** What a batch brings: features and random bytes. They live throughout. */
function batchOf(partOf: PartOf, { inputs }: Graph): readonly Contribution[] {
  return inputs.flatMap(({ role, value }): readonly Contribution[] => {
    const path = role.kind === "feature" ? role.feature : role.kind === "random" ? role.site : undefined;
    return path === undefined ? [] : [[partOf(path), { activationBytes: bytesOf(value) }]];
  });
}

function liveAtPeak(partOf: PartOf, graph: Graph): readonly Contribution[] {
  const paths = new Map<Value, string | undefined>(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node.origin?.path] as const)),
  );
  return peakOf(graph).live.map((value) => [partOf(paths.get(value)), { activationBytes: bytesOf(value) }]);
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
