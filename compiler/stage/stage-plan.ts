import {
  applyGraph,
  gradientsGraph,
  representationGradientsGraph,
  stepGraph,
  taskGradientsGraph,
} from "../differentiate/training-graphs.ts";
import { decodingGraphs } from "../analysis/decoding/decoding-graphs.ts";
import type { TextInputs } from "../analysis/decoding/kept-values.ts";
import { namedStreams } from "../elaborate/named-streams.ts";
import type { Value } from "../elaborate/value.ts";
import type { Graph } from "../graph/graph.ts";
import { optimise } from "../passes/optimise.ts";
import type { ResolvedSpecification, ResolvedStage } from "../schema/resolved.ts";
import { featuresOfGenerated, generatedTextOf } from "../targets/sequence.ts";
import { rulesOf } from "../semantics.ts";
import type { PlanSettings, Program } from "./checked-program.ts";
import { memoised, once } from "./memoised.ts";
import {
  type DecodingRows,
  type GraphVariant,
  type Pass,
  type StagePlan,
  type StreamGraph,
  passName,
  tasksOf,
  variantKey,
} from "./plan.ts";
import { rowGroups, sharesRows, singly } from "./row-groups.ts";
import { sharedStreams } from "./shared-streams.ts";
import { paramsOf } from "./stage-params.ts";
import { sizedGraph } from "./sized-graph.ts";
import { StageForwards, elaborated } from "./stage-forwards.ts";

/** The graphs of one stage of a program without errors, each built on first access. */
export function createStagePlan(program: Program, name: string, { forTask, batch }: PlanSettings): StagePlan {
  const { specification } = program;
  const stage = specification.stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`there is no stage "${name}"`);
  const tasks = forTask === undefined ? stage.tasks : [forTask];
  const batchOf = (task: string): number =>
    batch ?? (typeof stage.batch === "number" ? stage.batch : (stage.batch[task] ?? 32));
  const forwards = new StageForwards(program, {
    stage,
    tasks,
    forTask,
    batchOf,
    overrides: stageOverrides(program, stage),
  });
  const graphs = graphsOf(forwards, stage);
  const groups = once(() => rowGroups(specification, tasks, batchOf));
  const passes = once(() =>
    sharesRows(stage, specification)
      ? groups().flatMap((group) => (forwards.canBePass(group) ? [group] : singly(group)))
      : singly(tasks),
  );
  return {
    stage,
    tasks,
    get weights() {
      return forwards.weights();
    },
    get modes() {
      const isEvaluated = forwards.isEvaluated();
      const places = tasks.flatMap((task) => forwards.placesOf(task));
      return new Map(places.map((place) => [place, isEvaluated(place) ? "evaluate" : "train"] as const));
    },
    get passes() {
      return passes();
    },
    get evaluationPasses() {
      return rulesOf(specification).jointRows === "shared" ? groups() : singly(tasks);
    },
    batchOf,
    evaluationBatchOf: (pass) => forwards.evaluationBatch(tasksOf(pass)),
    buckets: (pass) => forwards.buckets(tasksOf(pass)),
    ...graphs,
    decoding: memoised(
      (task: string, { batch: rows, copies = 1, ...read }: DecodingRows) => `${task} ${rows} ${copies} ${read.weights}`,
      (task: string, { batch: rows, copies = 1, ...read }: DecodingRows) => {
        const graph = graphs.predict(task, { batch: rows * copies, ...read });
        const fewer = copies === 1 ? undefined : { graph: graphs.predict(task, { batch: rows, ...read }), copies };
        return decodingGraphs(graph, { text: textOf(specification, task), fewer });
      },
    ),
    adapted(task) {
      const graph = forwards.adapted(task);
      return graph && optimise(graph);
    },
    blocks: (task, mode) => sizedGraph(program, { task, mode, stage: name, overrides: stageOverrides(program, stage) }),
    streams: (task) => streamGraph(program, stage, task),
    sharedStreams: once(() =>
      sharedStreams(program, { passes: passes(), batchOf, overrides: stageOverrides(program, stage) }),
    ),
    prefix: (pass, mode, lengths = {}) => forwards.prefix(tasksOf(pass), mode, lengths),
  };
}

type GraphsOfStage = Pick<
  StagePlan,
  "step" | "gradients" | "taskGradients" | "representationGradients" | "apply" | "evaluate" | "predict"
>;

/** The graphs that run, optimised. */
function graphsOf(forwards: StageForwards, stage: ResolvedStage): GraphsOfStage {
  const kept = (make: (tasks: readonly string[], variant: GraphVariant) => Graph) => {
    const made = memoised(
      (tasks: readonly string[], variant: GraphVariant) => `${passName(tasks)} ${variantKey(variant)}`,
      make,
    );
    return (pass: Pass, variant: GraphVariant = {}): Graph => made(tasksOf(pass), variant);
  };
  const weights = () => forwards.weights();
  return {
    step: kept((tasks, variant) => stepGraph(forwards.pass(tasks, "train", variant), weights(), stage)),
    gradients: kept((tasks, variant) => gradientsGraph(forwards.pass(tasks, "train", variant), weights(), stage)),
    taskGradients: kept((tasks, variant) => taskGradientsGraph(forwards.pass(tasks, "train", variant), weights())),
    representationGradients: kept((tasks, variant) =>
      representationGradientsGraph(forwards.pass(tasks, "train", variant), weights()),
    ),
    apply: (tasks) => applyGraph(tasks, weights(), stage),
    evaluate: kept((tasks, variant) => optimise(forwards.pass(tasks, "evaluate", variant).graph)),
    predict: kept((tasks, variant) => optimise(forwards.pass(tasks, "predict", variant).graph)),
  };
}

/** The features of the text that a task generates. */
function textOf(specification: ResolvedSpecification, task: string): TextInputs {
  const target = specification.tasks[task]?.target;
  const generated = target?.kind === "sequence" ? generatedTextOf(target, specification) : undefined;
  if (!generated) throw new Error(`the task "${task}" generates no text`);
  const { ids, mask } = featuresOfGenerated(generated);
  return { ids: ids.name, mask: mask.name, length: generated.text.max_length };
}

/** The params of a stage: those of `--set`, then those of its `with`. */
export function stageOverrides(program: Program, stage: ResolvedStage | undefined): ReadonlyMap<string, Value> {
  return paramsOf(program.overrides, stage);
}

/** The graph for one example with its named streams as outputs in addition to the predictions. */
function streamGraph(program: Program, stage: ResolvedStage, task: string): StreamGraph {
  const { elaboration } = elaborated(program, {
    task,
    mode: "predict",
    batch: 1,
    overrides: stageOverrides(program, stage),
  });
  const streams = namedStreams(elaboration);
  // Streams that no prediction needs are there too.
  const { builder } = elaboration;
  for (const { name, stream } of streams) builder.output({ kind: "stream", stream: name }, stream.value);
  return {
    graph: optimise(builder.build(`${task}/streams`)),
    streams: streams.map(({ name, kind, batch }) => ({ name, kind, batch })),
  };
}
