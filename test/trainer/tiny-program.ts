import {
  gradientsGraph,
  applyGraph,
  stepGraph,
  taskGradientsGraph,
  representationGradientsGraph,
} from "../../compiler/differentiate/training-graphs.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { InputRole, Shape, Value } from "../../compiler/graph/graph.ts";
import type {
  ForwardGraph,
  GraphVariant,
  StagePlan,
  StageWeight,
  WeightDeclaration,
} from "../../compiler/stage/plan.ts";
import type { ResolvedSpecification, ResolvedStage, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { currentSemantics } from "../../compiler/semantics.ts";
import { groupOf } from "../../compiler/stage/weight-patterns.ts";
import type { Program } from "../../runtime/train/program.ts";
import { passName, passOf, type Pass } from "../../compiler/stage/plan.ts";

/** Inputs of the model, and its hidden width. */
export const inputs = 5;
const hidden = 4;
export const classes = 3;

const taskDefaults = {
  target: { kind: "number", column: "y", standardise: true },
  weight: 1,
  inputs: [{ modality: "x", optional: false }],
} as const;

export const tasks: { readonly [name: string]: ResolvedTask } = {
  kind: {
    ...taskDefaults,
    name: "kind",
    target: { kind: "category", column: "kind", classes },
    metrics: [{ kind: "accuracy" }],
  },
  size: { ...taskDefaults, name: "size", metrics: [{ kind: "rmse" }] },
};

export function stage(options: Partial<ResolvedStage> = {}): ResolvedStage {
  return {
    name: "fit",
    tasks: ["kind", "size"],
    sampler: { kind: "shuffled" },
    balance: { kind: "fixed" },
    optimizer: { kind: "adamw", rate: 0.02, weight_decay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { kind: "cosine", warmup: { unit: "share", value: 0.1 }, floor: 0 },
    batch: 4,
    step: { kind: "one_task" },
    accumulate: 1,
    untouched: "skip",
    frozen_mode: "evaluate",
    cache: "frozen",
    log: "losses",
    seed: 1,
    checkpoint: { kind: "checkpoint", every: { unit: "steps", value: 5 }, keep: 2, keep_best: true, best: "auto" },
    ...options,
  };
}

export function specification(stages: readonly ResolvedStage[]): ResolvedSpecification {
  return {
    language: 1,
    semantics: currentSemantics,
    model: { name: "tiny" },
    params: {},
    modalities: { x: { kind: "tensor", shape: [inputs] } },
    tasks,
    datasets: {},
    stages,
  };
}

/** Two tasks over one hidden layer; `kind` has dropout and counts its batches in a state. Graphs as the compiler makes them. */
export function tinyProgram(stages: readonly ResolvedStage[] = [stage()]): Program {
  return {
    specification: specification(stages),
    plan: (name, settings = {}) => {
      const found = stages.find((each) => each.name === name);
      if (!found) throw new Error(`no stage ${name}`);
      return plan(found, settings.forTask === undefined ? found.tasks : [settings.forTask]);
    },
  };
}

function plan(of: ResolvedStage, trained: readonly string[]): StagePlan {
  const batchOf = (task: string) => (typeof of.batch === "number" ? of.batch : (of.batch[task] ?? 1));
  const graph = (task: string, mode: ForwardGraph["mode"], { batch }: GraphVariant = {}) =>
    forward(task, mode, batch ?? batchOf(task));
  const pass = (task: Pass, variant?: GraphVariant) => passOf(graph(passName(task), "train", variant));
  const declared = trained.flatMap((task) => graph(task, "train").weights.map((weight) => ({ ...weight, task })));
  const weights = [...new Map(declared.map((weight) => [weight.name, weight])).values()].map((weight): StageWeight => {
    const reaching = declared.filter((other) => other.name === weight.name).map((other) => other.task);
    const group = groupOf(weight.name, of.optimizer, undefined);
    const ofGroup = group === undefined ? {} : { group };
    return {
      ...weight,
      tasks: reaching,
      class: [reaching.join("+"), ...(group === undefined ? [] : [group])].join("/"),
      trainable: true,
      decayed: weight.shape.length > 1,
      ...ofGroup,
    };
  });
  return {
    stage: of,
    tasks: trained,
    weights,
    modes: new Map(),
    batchOf,
    evaluationBatchOf: (pass) => batchOf(typeof pass === "string" ? pass : (pass[0] ?? "")),
    buckets: () => [{}],
    passes: trained.map((task) => [task]),
    evaluationPasses: trained.map((task) => [task]),
    step: (task, variant) => stepGraph(pass(task, variant), weights, of),
    gradients: (task, variant) => gradientsGraph(pass(task, variant), weights),
    taskGradients: (task, variant) => taskGradientsGraph(pass(task, variant), weights),
    representationGradients: (task, variant) => representationGradientsGraph(pass(task, variant), weights),
    apply: (names) => applyGraph(names, weights, of),
    evaluate: (task, variant) => graph(passName(task), "evaluate", variant).graph,
    decoding: () => {
      throw new Error("no task generates a text");
    },
    predict: (task, variant) => graph(passName(task), "predict", variant).graph,
    blocks: () => {
      throw new Error("the graphs are not made of blocks");
    },
    sharedStreams: () => new Map(),
    streams: (task) => ({ graph: graph(task, "predict", { batch: 1 }).graph, streams: [] }),
  };
}

function forward(task: string, mode: ForwardGraph["mode"], batch: number): ForwardGraph {
  const builder = new GraphBuilder();
  const e = expressions(builder);
  const weights: WeightDeclaration[] = [];
  const input = (role: InputRole, shape: Shape, dtype: Value["dtype"] = "float32") =>
    builder.input(role, { dtype, shape });
  const weight = (name: string, shape: Shape) => {
    weights.push({
      name,
      kind: "weight",
      shape,
      initializer: shape.length > 1 ? { kind: "xavier_uniform", gain: 1 } : { kind: "zeros" },
    });
    return input({ kind: "weight", weight: name }, shape);
  };
  const dense = (x: Value, name: string, size: number) =>
    e.add(e.matmul(x, weight(`${name}.kernel`, [x.shape[1] ?? 1, size])), weight(`${name}.bias`, [size]));

  const features = input({ kind: "feature", feature: "x" }, [batch, inputs]);
  let shared = e.tanh(dense(features, "hidden", hidden));
  if (task === "kind" && mode === "train") {
    const bytes = input({ kind: "random", site: "hidden.dropout" }, [batch, hidden], "uint8");
    shared = e.multiply(
      shared,
      e.multiply(
        e.cast(e.less(bytes, builder.emit("fill", [], { dtype: "uint8", shape: [], value: 205 })), "float32"),
        256 / 205,
      ),
    );
  }
  const output = dense(shared, `task.${task}.head`, task === "kind" ? classes : 1);
  if (task === "kind") builder.output({ kind: "prediction", name: "logits" }, output);
  else builder.output({ kind: "prediction", name: "value" }, e.reshape(output, [batch]));
  if (mode === "predict")
    return { task, mode, batch, graph: builder.build(`${task}/${mode}`), weights, adapted: new Map() };

  const target =
    task === "kind"
      ? input({ kind: "feature", feature: "kind.target" }, [batch], "int32")
      : input({ kind: "feature", feature: "size.target" }, [batch]);
  const rowLoss =
    task === "kind"
      ? e.negate(
          e.reduceSum(
            e.multiply(
              builder.emit("log_softmax", [output], {}),
              builder.emit("one_hot", [target], { depth: classes }),
            ),
            [1],
            "drop",
          ),
        )
      : e.multiply(e.subtract(e.reshape(output, [batch]), target), e.subtract(e.reshape(output, [batch]), target));
  const rowWeight = input({ kind: "row_weight" }, [batch]);
  const weightOfAll = e.reduceSum(rowWeight, [0], "drop");
  const loss = e.divide(
    e.reduceSum(e.multiply(rowLoss, rowWeight), [0], "drop"),
    e.select(e.greater(weightOfAll, 0), weightOfAll, 1),
  );
  builder.output({ kind: "loss" }, loss);
  if (task === "kind" && mode === "train") {
    const batches = input({ kind: "state", state: "batches" }, []);
    weights.push({ name: "batches", kind: "state", shape: [], initializer: { kind: "zeros" } });
    builder.output({ kind: "state", state: "batches" }, e.add(batches, 1));
  }
  return { task, mode, batch, graph: builder.build(`${task}/${mode}`), weights, adapted: new Map() };
}
