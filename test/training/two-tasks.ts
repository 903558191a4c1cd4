import { slotShapes } from "../../compiler/differentiate/optimizers/index.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Shape, Value } from "../../compiler/graph/graph.ts";
import type { ForwardGraph, StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import { uniform } from "../graph/random-data.ts";

const SHAPES = {
  "shared.kernel": [3, 4],
  "shared.bias": [4],
  "left.kernel": [4, 2],
  "left.unused": [5],
  "right.kernel": [4, 2],
} as const satisfies { [weight: string]: Shape };

type WeightName = keyof typeof SHAPES;
export type TaskName = "left" | "right";

const TASKS: { readonly [Name in WeightName]: readonly TaskName[] } = {
  "shared.kernel": ["left", "right"],
  "shared.bias": ["left", "right"],
  "left.kernel": ["left"],
  "left.unused": ["left"],
  "right.kernel": ["right"],
};

export const BATCH = 5;

/**
 * Two regressions over one hidden layer; `left.unused` is in the graph of `left`, and its loss does not depend on it.
 */
export function forwardGraph(task: TaskName): ForwardGraph {
  const builder = new GraphBuilder();
  const e = expressions(builder);
  const weight = (name: WeightName): Value =>
    builder.input({ kind: "weight", weight: name }, { dtype: "float32", shape: SHAPES[name] });
  const feature = (name: string, columns: number): Value =>
    builder.input({ kind: "feature", feature: name }, { dtype: "float32", shape: [BATCH, columns] });
  const hidden = e.tanh(e.add(e.matmul(feature("x", 3), weight("shared.kernel")), weight("shared.bias")));
  const predicted = e.matmul(hidden, weight(`${task}.kernel`));
  const error = e.subtract(predicted, feature(`${task}.target`, 2));
  const mean = builder.input({ kind: "state", state: "mean" }, { dtype: "float32", shape: [2] });
  builder.output(
    { kind: "loss" },
    builder.emit("reduce_mean", [e.multiply(error, error)], { axes: [0, 1], keep_dimensions: false }),
  );
  builder.output({ kind: "prediction", name: "value" }, predicted);
  builder.output({ kind: "state", state: "mean" }, e.add(e.multiply(mean, 0.9), e.reduceSum(predicted, [0], "drop")));
  if (task === "left") builder.output({ kind: "stream", stream: "unused" }, e.negate(weight("left.unused")));
  return {
    task,
    mode: "train",
    batch: BATCH,
    graph: builder.build(`${task}/train`),
    adapted: new Map(),
    weights: stageWeights().filter(({ tasks }) => tasks.includes(task)),
  };
}

export function stageWeights({
  frozen = [],
}: { readonly frozen?: readonly WeightName[] } = {}): readonly StageWeight[] {
  const names = Object.keys(SHAPES) as WeightName[];
  return names.map((name) => ({
    name,
    kind: "weight",
    shape: SHAPES[name],
    initializer: { kind: "zeros" },
    trainable: !frozen.includes(name),
    decayed: SHAPES[name].length > 1,
    class: TASKS[name].join("+"),
    tasks: TASKS[name],
  }));
}

/** Values for every input that a graph of this test can have, except gradients and update scalars. */
export function values(optimizer: ResolvedOptimizer = { kind: "sgd", rate: 0 }): Map<string, readonly number[]> {
  const result = new Map<string, readonly number[]>([
    ["feature/x", uniform(1, [BATCH, 3])],
    ["feature/left.target", uniform(2, [BATCH, 2])],
    ["feature/right.target", uniform(3, [BATCH, 2])],
    ["state/mean", uniform(4, [2])],
  ]);
  for (const [index, [name, shape]] of Object.entries(SHAPES).entries()) {
    result.set(name, uniform(10 + index, shape));
    for (const [at, [slot, own]] of Object.entries(slotShapes(optimizer, shape)).entries())
      result.set(`${slot}/${name}`, uniform(100 + 10 * index + at, own, { low: 0.1, high: 1 }));
  }
  return result;
}
