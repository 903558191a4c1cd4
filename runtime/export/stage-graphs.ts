import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import type { DecodingGraphs } from "../../compiler/analysis/decoding/decoding-graphs.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { balanceNeeds } from "../../compiler/balance/balance-needs.ts";
import { type VectorOutput, vectorGraph } from "../../compiler/stage/vector-graph.ts";
import { type StagePlan, isFused } from "../../compiler/stage/plan.ts";
import { hasOwnOptimizers } from "../../compiler/schema/worker-steps.ts";
import { rowGroups, singly } from "../../compiler/stage/row-groups.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import { type Phase, phasesOf } from "../train/phase/phases.ts";
import type { ServedTask } from "../train/phase/served-tasks.ts";
import type { Program } from "../train/program.ts";
import { UserError } from "../user-error.ts";
import { type CompiledGraph, type GraphKind, graphKinds } from "./manifest.ts";

export interface StageGraph extends Pick<CompiledGraph, "kind" | "tasks" | "batch"> {
  /**
   * Elaborated when it is called. There is no graph `decode_start` where all that a text is generated from depends on the text.
   */
  readonly graph: (form?: GraphForm) => Graph | undefined;
  /** For a graph that predicts: the plan that says what is merged. */
  readonly merges?: StagePlan;
  /** The graphs that decode a text together, of which this is one. */
  readonly decoding?: (form?: GraphForm) => DecodingGraphs;
}

/** A form of a graph that predicts. */
export interface GraphForm {
  /** `merged`: what `adapt` makes of weights has been merged into them. */
  readonly weights?: "merged" | undefined;
  /** The number of rows, by default `batch`. */
  readonly rows?: number;
}

export interface StageGraphsRequest {
  readonly specification: Pick<ResolvedSpecification, "datasets" | "tasks">;
  readonly plans: readonly StagePlan[];
  readonly tasks: readonly string[];
  readonly kinds?: readonly GraphKind[];
  readonly batch?: number;
}

/** The phases of a stage, by default of the last one. */
export function phasesOfStage({ specification }: Pick<Program, "specification">, name?: string): readonly Phase[] {
  const { stages } = specification;
  const stage = name === undefined ? stages.at(-1) : stages.find((each) => each.name === name);
  if (stage) return phasesOf(specification).filter((phase) => phase.stage === stage);
  if (name === undefined)
    throw new UserError("specification", "The specification has no stage, so it has no training.", "Add a `stage`.");
  throw new UserError(
    "usage",
    `The specification has no stage "${name}".`,
    `Its stages are ${stages.map((each) => each.name).join(", ")}.`,
  );
}

export interface TaskChoice {
  readonly phases: readonly Phase[];
  readonly asked: readonly string[] | undefined;
  /** The other tasks of a trained model. */
  readonly served: readonly ServedTask[];
}

/** The requested tasks; by default all tasks of the stage and of the trained model. */
export function chosenTasks(
  { specification }: Pick<Program, "specification">,
  { phases, asked, served }: TaskChoice,
): readonly string[] {
  const names = [
    ...new Set([
      ...phases.flatMap(({ stage, forTask }) => (forTask === undefined ? stage.tasks : [forTask])),
      ...served.map(({ task }) => task),
    ]),
  ];
  const unknown = asked?.find((task) => !names.includes(task));
  if (unknown === undefined) return asked ?? names;
  const training = specification.stages.findLast(({ tasks }) => tasks.includes(unknown))?.name;
  const known = `Its tasks are ${names.join(", ")}.`;
  throw new UserError(
    "usage",
    `The stage ${phases[0]?.stage.name} has no task "${unknown}".`,
    training === undefined
      ? suggestionAmong(unknown, names, known)
      : `The stage ${training} trains it: --stage ${training}.`,
  );
}

const trainingKinds: ReadonlySet<GraphKind> = new Set(["step", "gradients", "apply"]);

/** The graphs that measure and predict a task which the stage does not train. */
export function untrainedGraphs({ kinds = graphKinds, ...request }: StageGraphsRequest): readonly StageGraph[] {
  return stageGraphs({ ...request, kinds: kinds.filter((kind) => !trainingKinds.has(kind)) });
}

/**
 * The tasks of each update that is computed in one pass over shared rows. Another program is expected to know the factors of the losses before it runs a
 * graph, so there are none where a balance makes them of the losses or gradients of the update.
 */
function sharedUpdates({ stage, passes }: StagePlan, own: readonly string[]): readonly (readonly string[])[] {
  if (balanceNeeds[stage.balance.kind] !== "earlier_losses") return [];
  return passes.map((pass) => pass.filter((task) => own.includes(task))).filter((pass) => pass.length > 1);
}

/**
 * The graphs to compile: the requested ones, or else those of prediction, evaluation, the stage's way of training, and
 * the fused step. Tasks that are computed in one pass have graphs of prediction and of training together in addition to one each.
 */
export function stageGraphs({ specification, plans, tasks, kinds, batch }: StageGraphsRequest): readonly StageGraph[] {
  const variant = ({ weights, rows = batch ?? 1 }: GraphForm = {}) => ({ batch: rows, ...(weights && { weights }) });
  return plans.flatMap((plan) => {
    const own = plan.tasks.filter((task) => tasks.includes(task));
    const updatesOfPasses = sharedUpdates(plan, own);
    const isWholeStep = isFused(plan) && (plan.stage.step.kind === "one_task" || updatesOfPasses.length > 0);
    const wanted = kinds ?? graphKinds.filter((kind) => !isWholeStep || (kind !== "gradients" && kind !== "apply"));
    const updates =
      plan.stage.step.kind === "one_task" || hasOwnOptimizers(plan.stage) ? own.map((task) => [task]) : [own];
    const passes = rowGroups(specification, own, () => batch ?? 1).filter((pass) => pass.length > 1);
    const generating = own.filter((name) => {
      const task = specification.tasks[name];
      return task && targetOf(task.target).generates !== undefined;
    });
    const decoding = (kind: "decode_start" | "decode_next", part: "start" | "next") => () =>
      generating.map((task): StageGraph => {
        const graphs = (form?: GraphForm) => plan.decoding(task, variant(form));
        const graph = (form?: GraphForm) => graphs(form)[part];
        return { kind, tasks: [task], batch: batch ?? 1, graph, merges: plan, decoding: graphs };
      });
    const vectors = (kind: "first_vector" | "second_vector", output: VectorOutput) => () =>
      own
        .filter((name) => specification.tasks[name]?.target.kind === "contrastive")
        .map((task): StageGraph => {
          const graph = (form?: GraphForm) => vectorGraph(plan.predict([task], variant(form)), output);
          return { kind, tasks: [task], batch: batch ?? 1, graph, merges: plan };
        });
    const training =
      (kind: "step" | "gradients") =>
      (pass: readonly string[]): StageGraph => ({
        kind,
        tasks: pass,
        batch: plan.batchOf(pass[0] ?? ""),
        graph: () => plan[kind](pass),
      });
    const makers: { readonly [Kind in GraphKind]: () => readonly StageGraph[] } = {
      predict: () =>
        [...singly(own), ...passes].map((pass) => ({
          kind: "predict",
          tasks: pass,
          batch: batch ?? 1,
          graph: (form) => plan.predict(pass, variant(form)),
          merges: plan,
        })),
      first_vector: vectors("first_vector", "first"),
      second_vector: vectors("second_vector", "second"),
      decode_start: decoding("decode_start", "start"),
      decode_next: decoding("decode_next", "next"),
      evaluate: () =>
        own.map((task) => ({
          kind: "evaluate",
          tasks: [task],
          batch: plan.evaluationBatchOf(task),
          graph: () => plan.evaluate(task),
        })),
      step: () => [...singly(own), ...(isWholeStep ? updatesOfPasses : [])].map(training("step")),
      gradients: () => [...singly(own), ...updatesOfPasses].map(training("gradients")),
      apply: () =>
        updates
          .filter((together) => together.length > 0)
          .map((together) => ({ kind: "apply", tasks: together, batch: null, graph: () => plan.apply(together) })),
    };
    return wanted.flatMap((kind) => makers[kind]());
  });
}
