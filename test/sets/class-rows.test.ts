import { expect, test } from "vitest";
import { labelAxes } from "../../compiler/analysis/label-axes.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import { matchWeights } from "../../runtime/pretrained/match-weights.ts";
import { forwardOf, sound } from "../elaborate/harness.ts";

const program = sound(`model points
modality point: tensor([2])
stream answers = point -> mlp(hidden: 8, outputs: 4 * 16) -> reshape([4, 16])
task find { from: answers  head: detection(2)  target: boxes("objects", classes: ["low", "high"], most: 2, queries: 4) }
dataset points { path: "points.jsonl"  tasks: [find] }
stage fit { optimizer: adam(rate: 1e-2)  steps: 1 }
`);

test("classes are found in the weights of the scores of a box, and none in those of its place", () => {
  const { find } = program.specification.tasks;
  const { outputs } = taskTarget(find ?? ({} as never), program.specification);
  const axes = labelAxes(forwardOf(program, { task: "find" }).graph, outputs);
  const of = { kind: "prediction", labels: "classes_and_none" };
  expect(Object.fromEntries(axes)).toEqual({
    "task.find.head.scores.bias": { axis: 0, of },
    "task.find.head.scores.kernel": { axis: 1, of },
  });
});

test("a model of other classes has the rows of those it knows, and its last one is that of no object", () => {
  const labels = {
    axis: 0,
    of: "task find",
    here: ["high", "new", "low"],
    there: ["low", "high"],
    none: "last",
  } as const;
  const { taken } = matchWeights({
    wanted: [{ key: "bias", shape: [4], labels }],
    found: [{ name: "bias", shape: [3] }],
    start: {},
    renamings: [],
  });
  expect(taken[0]?.places).toEqual({ axis: 0, of: [1, undefined, 0, 2] });
});
