import { targetOf } from "../targets/index.ts";
import { valueOf } from "../elaborate/options/plain-values.ts";
import { applyGraph, gradientsGraph, stepGraph } from "../differentiate/training-graphs.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import type { Elaboration, Mode } from "../elaborate/elaboration.ts";
import { type ForwardRequest, elaborateForward } from "../elaborate/forward.ts";
import { namedStreams } from "../elaborate/named-streams.ts";
import type { Value } from "../elaborate/value.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import { augmentedPictures } from "../features/augmentations.ts";
import { evaluatedPlaces } from "./frozen-scopes.ts";
import type { FixedSettings } from "../analysis/fixed-values.ts";
import { findFrozenCut, prefixOf, restOf } from "../analysis/frozen-prefix.ts";
import { shorterForward } from "../analysis/length-buckets/shorter-forward.ts";
import { taskBuckets } from "../analysis/length-buckets/task-buckets.ts";
import { optimise } from "../passes/optimise.ts";
import {
  type ForwardGraph,
  type GraphVariant,
  type StagePlan,
  type StageWeight,
  type StreamGraph,
  type TaskWeights,
  type WeightDeclaration,
  variantKey,
} from "./plan.ts";
import type { PlanSettings, Program } from "./checked-program.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { groupOf, isTrained, stagePatterns } from "./weight-patterns.ts";

/** The graphs of one stage of a program without errors, each built on first access. */
export function createStagePlan(program: Program, name: string, { forTask, batch }: PlanSettings): StagePlan {
  const stage = program.specification.stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`there is no stage "${name}"`);
  const overrides = stageOverrides(program, stage);
  const tasks = forTask === undefined ? stage.tasks : [forTask];
  const batchOf = (task: string): number =>
    batch ?? (typeof stage.batch === "number" ? stage.batch : (stage.batch[task] ?? 32));
  /**
   * Training graphs in which nothing is in evaluation mode. They give the weights of each scope, from which the frozen
   * scopes are found.
   */
  const allTraining = memoised((_mode: "train", task: string) =>
    elaborated(program, { task, mode: "train", batch: batchOf(task), overrides }),
  );
  const weights = once(() =>
    stageWeights(
      stage,
      tasks.map((task) => allTraining("train", task, {}).forward),
      forTask,
    ),
  );
  const isEvaluated = once(() => evaluatedPlaces(stage, weights()));
  const placesOf = (task: string): readonly string[] => [...allTraining("train", task, {}).elaboration.modes.keys()];
  const modes = once(
    () =>
      new Map(tasks.flatMap(placesOf).map((place) => [place, isEvaluated()(place) ? "evaluate" : "train"] as const)),
  );
  const forward: (task: string, mode: Mode, variant: GraphVariant) => ForwardGraph = memoised(
    (task: string, mode: Mode, { batch: rows = batchOf(task), lengths = {} }: GraphVariant) => {
      const request = { task, mode, batch: rows, overrides, isEvaluated: isEvaluated() };
      if (Object.keys(lengths).length === 0) {
        const isMade = mode === "train" && rows === batchOf(task) && !placesOf(task).some(isEvaluated());
        return isMade ? allTraining("train", task, {}).forward : elaborated(program, request).forward;
      }
      const shorter = shorterForward(program, { ...request, lengths }, forward(task, mode, { batch: rows }));
      if (shorter.kind === "obstruction")
        throw new Error(`the task "${task}" cannot be compiled at ${variantKey({ lengths })}: ${shorter.reason}`);
      return shorter.forward;
    },
  );
  const training = (task: string, variant: GraphVariant = {}): ForwardGraph => afterPrefix("train", task, variant);
  const cut = memoised((mode: "train" | "evaluate", task: string, { lengths = {} }: GraphVariant) => {
    if (stage.cache === "off") return { found: undefined };
    // Values are computed row by row, and this is proved by comparing the graph of one row with that of several.
    const rows = Math.max(2, batchOf(task));
    const settings = { rows, ...frozenSettings(program, task, mode, weights()) };
    const graphOf = (batch: number): Graph => forward(task, mode, { batch, lengths }).graph;
    return { found: findFrozenCut(graphOf(rows), settings, () => graphOf(1)) };
  });
  const afterPrefix = (mode: Mode, task: string, { prefix, ...variant }: GraphVariant): ForwardGraph => {
    const whole = forward(task, mode, variant);
    const { found } =
      prefix === "given" && mode !== "predict"
        ? cut(mode, task, { lengths: variant.lengths ?? {} })
        : { found: undefined };
    return found ? { ...whole, graph: restOf(whole.graph, found.values) } : whole;
  };
  const graph = memoised(
    (kind: "step" | "gradients" | "evaluate" | "predict", task: string, variant: GraphVariant): Graph => {
      if (kind === "step") return stepGraph(training(task, variant), weights(), stage);
      if (kind === "gradients") return gradientsGraph(training(task, variant), weights());
      return optimise(afterPrefix(kind, task, variant).graph);
    },
  );
  return {
    stage,
    tasks,
    get weights() {
      return weights();
    },
    get modes() {
      return modes();
    },
    batchOf,
    buckets: (task) =>
      taskBuckets(program, { stage: name, task, overrides, evaluated: placesOf(task).filter(isEvaluated()) }).lengths,
    step: (task, variant = {}) => graph("step", task, variant),
    gradients: (task, variant = {}) => graph("gradients", task, variant),
    apply: (names) => applyGraph(names, weights(), stage),
    evaluate: (task, variant = {}) => graph("evaluate", task, variant),
    predict: (task, variant = {}) => graph("predict", task, variant),
    streams: (task) => streamGraph(program, stage, task),
    prefix: (task, mode, lengths = {}) => {
      const { found } = cut(mode, task, { lengths });
      return found && prefixOf(forward(task, mode, { batch: 1, lengths }).graph, found.values);
    },
  };
}

/**
 * Tells which weights and modalities change between steps. A modality that has tokens hidden to make the target is
 * drawn anew in each epoch, and so are pictures that training augments.
 */
export function frozenSettings(
  { specification }: Program,
  task: string,
  mode: Mode,
  weights: readonly StageWeight[],
): Pick<FixedSettings, "isTrained" | "isDrawn"> {
  const trained = new Set(
    weights.filter(({ kind, trainable }) => trainable || kind === "state").map(({ name }) => name),
  );
  const resolved = specification.tasks[task];
  const drawn = (resolved && targetOf(resolved.target).madeOf?.map(({ modality }) => modality)) ?? [];
  const pictures = resolved && mode === "train" ? augmentedPictures(specification, resolved) : [];
  return {
    isTrained: (weight) => trained.has(weight),
    isDrawn: (feature) =>
      drawn.some((modality) => feature === modality || feature.startsWith(`${modality}.`)) ||
      pictures.some(({ name }) => name === feature),
  };
}

/** The params of a stage: those of `--set`, then those of its `with`. */
export function stageOverrides(program: Program, stage: ResolvedStage | undefined): ReadonlyMap<string, Value> {
  return new Map([
    ...program.overrides,
    ...Object.entries(stage?.with ?? {}).map(([param, value]): [string, Value] => [param, valueOf(value)]),
  ]);
}

/** The graph for one example with its named streams as outputs in addition to the predictions. */
function streamGraph(program: Program, stage: ResolvedStage, task: string): StreamGraph {
  const { elaboration, forward } = elaborated(program, {
    task,
    mode: "predict",
    batch: 1,
    overrides: stageOverrides(program, stage),
  });
  const streams = namedStreams(elaboration);
  const builder = GraphBuilder.from(forward.graph);
  for (const { name, stream } of streams) builder.output({ kind: "stream", stream: name }, stream.value);
  return {
    graph: optimise(builder.build(`${task}/streams`)),
    streams: streams.map(({ name, kind, batch }) => ({ name, kind, batch })),
  };
}

function elaborated(
  program: Program,
  request: Omit<ForwardRequest, "reporter">,
): { readonly elaboration: Elaboration; readonly forward: ForwardGraph } {
  const reporter = createReporter();
  const { elaboration, forward } = elaborateForward(program, { ...request, reporter });
  // The program was checked with another batch size and mode, which influence no shape except the batch.
  if (!forward)
    throw new Error(
      `the task "${request.task}" cannot be elaborated: ${reporter.diagnostics.map((diagnostic) => diagnostic.message).join(" ")}`,
    );
  return { elaboration, forward };
}

/** Every weight of a stage's tasks, with its treatment in the stage. */
export function stageWeights(
  stage: ResolvedStage,
  forwards: readonly TaskWeights[],
  forTask: string | undefined,
): readonly StageWeight[] {
  const declarations = new Map<string, WeightDeclaration>();
  const tasksOf = new Map<string, string[]>();
  for (const { task, weights } of forwards) {
    for (const weight of weights) {
      declarations.set(weight.name, declarations.get(weight.name) ?? weight);
      tasksOf.set(weight.name, [...(tasksOf.get(weight.name) ?? []), task]);
    }
  }
  const patterns = stagePatterns(stage, forTask);
  return [...declarations.values()].map((weight) => {
    const tasks = tasksOf.get(weight.name) ?? [];
    const group = groupOf(weight.name, stage.optimizer, forTask);
    return {
      ...weight,
      trainable: weight.kind === "weight" && isTrained(weight.name, patterns),
      decayed: weight.shape.length > 1,
      class: `${tasks.join("+")}${group === undefined ? "" : `/group_${group + 1}`}`,
      tasks,
      ...(group === undefined ? {} : { group }),
    };
  });
}

function once<Result>(make: () => Result): () => Result {
  let made: { readonly value: Result } | undefined;
  return () => (made ??= { value: make() }).value;
}

function memoised<Kind extends string, Name extends string, Result>(
  make: (kind: Kind, name: Name, variant: GraphVariant) => Result,
): typeof make {
  const made = new Map<string, Result>();
  return (kind, name, variant) => {
    const key = [kind, name, variantKey(variant)].join("\u0000");
    const known = made.get(key);
    if (known !== undefined) return known;
    const result = make(kind, name, variant);
    made.set(key, result);
    return result;
  };
}
