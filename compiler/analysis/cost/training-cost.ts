import { bytesOf, peakOf } from "../../graph/cost.ts";
import type { Graph } from "../../graph/graph.ts";
import { type Pass, type StagePlan, isFused, keepsTasksApart, tasksOf } from "../../stage/plan.ts";
import { batchMemory, flopsOf, peakMemory } from "./graph-cost.ts";
import { comparesRepresentations } from "../../balance/balance-needs.ts";
import type { Contribution, PartOf } from "./parts.ts";

export interface TrainingParts {
  readonly partOf: PartOf;
  /** The graphs that a sampler runs to score the rows that it chooses among. */
  readonly scoring: readonly Graph[];
}

/** Cost of a step of a task, or of a pass of several, without its weights. */
export function trainingCost(plan: StagePlan, pass: Pass, parts: TrainingParts): readonly Contribution[] {
  if (isFused(plan)) return fusedCost(plan, pass, parts);
  const split = splitStep(plan, pass);
  return [
    ...splitCost(split, parts),
    ...splitMemory(plan, split, parts),
    ...parts.scoring.flatMap((graph) => scoringCost(graph, split.examples)),
  ];
}

/** Number of tasks that an update is made from. */
export function tasksOfStep({ stage: { step }, tasks }: StagePlan): number {
  if (step.kind === "joint") return step.tasks ?? tasks.length;
  return step.kind === "mixed" ? tasks.length : 1;
}

function batchOfPass(plan: StagePlan, pass: Pass): number {
  return plan.batchOf(tasksOf(pass)[0] ?? "");
}

/** One graph computes gradients and update. */
function fusedCost(plan: StagePlan, pass: Pass, { partOf }: TrainingParts): readonly Contribution[] {
  const graph = plan.step(pass);
  return [
    ...batchMemory(partOf, graph),
    ...flopsOf(partOf, graph, batchOfPass(plan, pass)),
    ...peakMemory(partOf, graph),
  ];
}

/** A step whose gradients and update are graphs of their own. */
interface SplitStep {
  readonly batch: number;
  /** The graphs that run for each batch. */
  readonly gradients: readonly Graph[];
  readonly apply: Graph;
  /** Tasks that the update is made from. */
  readonly updated: readonly string[];
  /** Examples of an update. */
  readonly examples: number;
}

function splitStep(plan: StagePlan, pass: Pass): SplitStep {
  const { stage, tasks } = plan;
  const batch = batchOfPass(plan, pass);
  const own = tasksOf(pass);
  const updated = [...own, ...tasks.filter((other) => !own.includes(other))].slice(0, tasksOfStep(plan));
  const rows = stage.step.kind === "mixed" ? batch : updated.reduce((total, each) => total + plan.batchOf(each), 0);
  return {
    batch,
    gradients: gradientGraphs(plan, pass),
    apply: plan.apply(updated),
    updated,
    examples: stage.accumulate * rows,
  };
}

function gradientGraphs(plan: StagePlan, pass: Pass): readonly Graph[] {
  if (tasksOf(pass).length === 1 || !keepsTasksApart(plan)) return [plan.gradients(pass)];
  return comparesRepresentations(plan.stage.balance)
    ? [plan.representationGradients(pass), plan.gradients(pass)]
    : [plan.taskGradients(pass)];
}

function splitCost(step: SplitStep, { partOf }: TrainingParts): readonly Contribution[] {
  return [
    ...step.gradients.slice(-1).flatMap((graph) => batchMemory(partOf, graph)),
    ...step.gradients.flatMap((graph) => flopsOf(partOf, graph, step.batch)),
    ...flopsOf(partOf, step.apply, step.examples),
  ];
}

/** Memory of the graph that needs most, and of the sums of gradients, which are live throughout. */
function splitMemory(plan: StagePlan, step: SplitStep, { partOf, scoring }: TrainingParts): readonly Contribution[] {
  const graphs = [
    ...[...step.gradients, step.apply].map((graph) => ({ graph, of: partOf })),
    ...scoring.map((graph) => ({ graph, of: ofCandidates })),
  ];
  const largest = graphs.reduce((most, each) => (peakOf(each.graph).bytes > peakOf(most.graph).bytes ? each : most));
  const gradientBytes = step.apply.inputs.reduce(
    (total, { role, value }) => total + (role.kind === "gradient" ? bytesOf(value) : 0),
    0,
  );
  const sums = keepsTasksApart(plan) && !comparesRepresentations(plan.stage.balance) ? step.updated.length + 1 : 1;
  return [...peakMemory(largest.of, largest.graph), [partOf(undefined), { activationBytes: sums * gradientBytes }]];
}

/** Cost of a prediction of the rows that a sampler chooses among. */
function scoringCost(graph: Graph, examples: number): readonly Contribution[] {
  return [...batchMemory(ofCandidates, graph), ...flopsOf(ofCandidates, graph, examples)];
}

const ofCandidates: PartOf = () => ({ kind: "candidates", name: "candidates" });
