import { expect, test } from "vitest";
import { bind } from "../../compiler/bind/bind.ts";
import { type LoadedFile, load } from "../../compiler/bind/load.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import { createElaboration } from "../../compiler/elaborate/create.ts";
import { elaborateTask } from "../../compiler/elaborate/elaborate-task.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { resolveNames } from "../../compiler/resolve/resolve-names.ts";
import type { TargetFeature } from "../../compiler/targets/target.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import { type Given, complaints, evaluate, forwardOf, seeded, sound } from "./harness.ts";

const blocks = `
block distance(output: scalar, target: scalar, row_weight: scalar): scalar { return abs(output - target) }
block own(output: vector, target: ids, scale: number = 1): scalar {
  return -reduce_sum(log_softmax(output) * one_hot(target, depth: vocabulary(target)), axis: 0) * scale
}
block weighed(output: scalar, target: scalar): scalar {
  weight gain[1] = ones
  return reduce_sum(gain, axis: 0) * abs(output - target)
}
`;

const number = (loss: string, more = ""): string => `model written
modality x: tensor(2)
${blocks}
task t { from: x  head: linear(1)  target: number("y")  loss: ${loss}  ${more} }
dataset d { path: "d.jsonl"  tasks: [t] }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1  batch: 4 }`;

const category = (loss: string, more = "head: linear(3)"): string => `model written
modality x: tensor(2)
${blocks}
task t { from: x  ${more}  target: category("y", classes: 3)  loss: ${loss} }
dataset d { path: "d.jsonl"  tasks: [t] }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1  batch: 4 }`;

const ofNumber: Given = { "feature/t.target": [0.5, -1, 2, 0], row_weight: [1, 0.5, 0, 2] };
const ofCategory: Given = { "feature/t.target": [2, 0, 1, 2], class_mask: [1, 1, 1], row_weight: [1, 0.5, 0, 2] };

/** The loss and the gradients of training with this loss. */
function trained(text: string, given: Given): ReadonlyMap<string, readonly number[]> {
  const graph = sound(text).plan("fit").gradients("t");
  const outputs = evaluate(graph, Object.fromEntries(seeded(graph, given)));
  return new Map([...outputs].filter(([name]) => name === "loss" || name.startsWith("gradient/")));
}

test.each([
  ["an expression over numbers", number("mae"), number("abs(output - target)"), ofNumber],
  ["a factor and a sum of terms", number("mae + 2 * mse"), number("abs(output - target) + 2 * mse"), ofNumber],
  ["a product of two values of rows", number("mse"), number("(output - target) * (output - target)"), ofNumber],
  ["a block that is handed what it takes", number("mae"), number("distance"), ofNumber],
  ["a block that has options too", category("0.5 * cross_entropy"), category("own(scale: 0.5)"), ofCategory],
  ["a block that is called with what is given", category("cross_entropy"), category("own(output, target)"), ofCategory],
  [
    "an ensemble, of which each member has its loss",
    category("cross_entropy", "from: [x -> linear(3), x -> linear(3)]  head: ensemble").replace("from: x  ", ""),
    category("own", "from: [x -> linear(3), x -> linear(3)]  head: ensemble").replace("from: x  ", ""),
    ofCategory,
  ],
  [
    "mixed rows, whose loss is that of both targets",
    category("cross_entropy", "head: linear(3)  augment: mixup(0.3)"),
    category("own", "head: linear(3)  augment: mixup(0.3)"),
    ofCategory,
  ],
])("a loss in the language is what its formula says, with its gradients: %s", (_, known, written, given) => {
  const [expected, found] = [trained(known, given), trained(written, given)];
  expect([...found.keys()]).toEqual([...expected.keys()]);
  expect(found.size).toBeGreaterThan(1);
  for (const [name, values] of expected)
    for (const [index, value] of values.entries()) expect(found.get(name)?.[index], name).toBeCloseTo(value, 5);
});

test("hidden tokens that a row does not have count for nothing", () => {
  const text = (loss: string): string => `model written
modality words: text(max_length: 8, tokenizer: bytes)
block over_tokens(output: tokens, target: ids): scalar {
  let right = log_softmax(output) * one_hot(target, depth: vocabulary(target))
  let there = mask(target)
  return -reduce_sum(reduce_sum(right, axis: -1) * there, axis: 0) / maximum(reduce_sum(there, axis: 0), 1)
}
task t { from: masked_positions(words) -> embed(4)  head: linear(262)  target: masked(words, rate: 40%)  loss: ${loss} }`;
  const lossOf = (loss: string): number | undefined => {
    const { graph } = forwardOf(sound(text(loss)), { mode: "train" });
    const given = { "feature/t.target": [100, -1, 70, 65, -1, 5, 6, -1, -1, -1], row_weight: [1, 1] };
    return evaluate(graph, Object.fromEntries(seeded(graph, given))).get("loss")?.[0];
  };
  expect(lossOf("over_tokens")).toBeCloseTo(lossOf("cross_entropy") ?? Number.NaN, 5);
});

test("the head is given as a layer with its own weights", () => {
  const { graph, weights } = forwardOf(sound(number("mae + abs(reduce_sum(head(x), axis: 0) - output)")), {
    mode: "train",
    batch: 4,
  });
  expect(weights.map(({ name }) => name)).toEqual(["task.t.head.kernel", "task.t.head.bias"]);
  const outputs = evaluate(graph, Object.fromEntries(seeded(graph, ofNumber)));
  expect(outputs.get("loss/abs")).toEqual([0]);
});

test("weights of a loss are named by the task's loss, and are no part of what predicts", () => {
  const names = (mode: "train" | "predict") =>
    forwardOf(sound(number("weighed + mae")), { mode }).weights.map(({ name }) => name);
  expect(names("train")).toEqual([...names("predict"), "task.t.loss.weighed.gain"]);
});

test("a name that the specification declares keeps its meaning", () => {
  const declared = number("mse + 0.1 * target").replace("task t", "stream target = reduce_sum(x * x, axis: 0)\ntask t");
  const { graph } = forwardOf(sound(declared), { mode: "train", batch: 4 });
  const given = seeded(graph, ofNumber);
  const x = Array.from(given.get("feature/x") ?? []);
  const squares = [0, 1, 2, 3].map((row) => (x[2 * row] ?? 0) ** 2 + (x[2 * row + 1] ?? 0) ** 2);
  const mean = ((squares[0] ?? 0) + 0.5 * (squares[1] ?? 0) + 2 * (squares[3] ?? 0)) / 3.5;
  expect(evaluate(graph, Object.fromEntries(given)).get("loss/target")?.[0]).toBeCloseTo(mean, 5);
});

test.each([
  ["what is no number for a row", category("output"), ["wrong_type"]],
  ["a name that is not given", number("abs(output - targets)"), ["unknown_name"]],
  [
    "a block that takes what is not given",
    number("mse + tuned").replace(
      "block own",
      "block tuned(output: scalar, by: scalar): scalar { return output * by }\nblock own",
    ),
    ["missing_option"],
  ],
])("is refused: %s", (_, text, expected) => {
  expect(complaints(text)).toEqual(expected);
});

test("a target with several outputs and features has them by name", () => {
  const text = `model detector
modality x: tensor(2)
block detect(x: vector): (logits: vector, boxes: vector) { return (x -> linear(3), x -> linear(4)) }
block own(logits: vector, classes: ids): scalar {
  return -reduce_sum(log_softmax(logits) * one_hot(classes, depth: 3), axis: 0)
}
task t {
  from: x
  head: detect
  target: category("y", classes: 3)
  loss: own(output.logits, target.classes) + 0.5 * reduce_sum(abs(output.boxes - target.boxes), axis: 0)
}`;
  // No kind of target has several outputs yet, so the elaboration gets an invented one instead of the category.
  const alike = sound(text.replace("head: detect", "head: linear(3)").replace(/loss: .*/u, ""));
  const feature = { use: "compared", content: "target", empty: 0, shape: [] } as const;
  const features: readonly TargetFeature[] = [
    { ...feature, name: "t.target", part: "classes", dtype: "int32", below: 3 },
    { ...feature, name: "t.target.boxes", part: "boxes", dtype: "float32", shape: [4] },
  ];
  const outputs = [
    { name: "logits", shape: [3] },
    { name: "boxes", shape: [4] },
  ];
  const task = alike.specification.tasks["t"];
  if (!task) throw new Error("there is no task");
  const target = { ...taskTarget(task, alike.specification), features, outputs };
  const files = new Map<string, LoadedFile>();
  const reporter = createReporter();
  load("model.mtl", createMemoryHost({ "model.mtl": text }), reporter, { files, previous: new Map() });
  const bindings = bind(files, "model.mtl", reporter);
  const declaration = [...(bindings.scopes.get("model.mtl")?.symbols.values() ?? [])].find(
    ({ kind }) => kind === "Task",
  );
  if (declaration?.kind !== "Task") throw new Error("there is no task");
  const elaboration = createElaboration({
    bindings,
    references: resolveNames(files, bindings),
    reporter,
    modalities: new Map(Object.entries(alike.specification.modalities)),
    uses: new Map([["x", "required"]]),
    task: { name: "t", index: 0, all: ["t"] },
    target,
    batch: 2,
  });
  const forward = elaborateTask(elaboration, declaration, task);
  expect(reporter.diagnostics).toEqual([]);
  if (!forward) throw new Error("there is no graph");
  expect(verify(forward.graph)).toEqual([]);
  const given = {
    "feature/t.target": [2, 0],
    "feature/t.target.boxes": [1, 0, 0, 2, -1, 0.5, 3, 0],
    row_weight: [1, 3],
  };
  const values = evaluate(forward.graph, Object.fromEntries(seeded(forward.graph, given)));
  const logits = [...(values.get("prediction/logits") ?? [])];
  const boxes = [...(values.get("prediction/boxes") ?? [])];
  expect([logits.length, boxes.length]).toEqual([6, 8]);
  const lossOf = (row: number): number => {
    const scores = logits.slice(3 * row, 3 * row + 3).map(Math.exp);
    const right = (scores[given["feature/t.target"][row] ?? -1] ?? 0) / scores.reduce((sum, each) => sum + each, 0);
    const away = boxes.slice(4 * row, 4 * row + 4);
    const wanted = given["feature/t.target.boxes"].slice(4 * row, 4 * row + 4);
    return -Math.log(right) + 0.5 * away.reduce((sum, value, index) => sum + Math.abs(value - (wanted[index] ?? 0)), 0);
  };
  expect(values.get("loss")?.[0]).toBeCloseTo((lossOf(0) + 3 * lossOf(1)) / 4, 5);
});
