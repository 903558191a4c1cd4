import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { load } from "../../runtime/model/load.ts";
import { generator } from "../../runtime/random/generator.ts";
import type { TrainingResult } from "../../runtime/run/run-training.ts";
import { train } from "../../runtime/run/train.ts";
import type { ContrastivePrediction } from "../../runtime/targets/prediction.ts";

/** The second value of a pair is a rotation of the first one, with other signs. */
const random = generator(1, "two towers");
const rowOf = () => {
  const left = Array.from({ length: 6 }, () => random.normal());
  const right = left.map((_, index) => -(left[(index + 2) % 6] ?? 0) + 0.1 * random.normal());
  return { left, right, sign: (left[0] ?? 0) > 0 ? "plus" : "minus" };
};
const rows = { train: Array.from({ length: 200 }, rowOf), test: Array.from({ length: 50 }, rowOf) };

const specification = (tasks: string, step: string): string => `model towers
modality left: tensor([6])
modality right: tensor([6])
layer see = mlp(hidden: 32, outputs: 8)
task match {
  from: (left -> see, right -> mlp(hidden: 32, outputs: 8))
  target: contrastive(left, right, width: 8)
  metrics: [recall_at(1), recall_at(1, query: right), median_rank]
}
layer join = stack([mlp(hidden: 32, outputs: 16), tanh])
layer told = mlp(hidden: 32, outputs: 16)
stream both = concat([left -> join, right -> told, (left -> join) * (right -> told)])
task pair { from: both -> mlp(hidden: 32, outputs: 1)  target: matching(left, right, negatives: { right: 3 }, evaluate: 10)  metrics: [recall_at(1)] }
task agree { from: both -> mlp(hidden: 32, outputs: 2)  target: aligned(left, right) }
task sign { from: left -> see -> relu -> linear(2)  target: category("sign", classes: 2) }
dataset rows { path: { train: "train.jsonl", validation: "test.jsonl", test: "test.jsonl" }  tasks: [match, sign, pair, agree] }
stage fit { tasks: ${tasks}  optimizer: adamw(rate: 1e-2)  batch: 32  steps: 120  ${step} }
`;

async function trained(tasks: string, step = ""): Promise<TrainingResult> {
  const folder = mkdtempSync(join(tmpdir(), "mtl-two-towers-"));
  for (const [split, of] of Object.entries(rows))
    writeFileSync(join(folder, `${split}.jsonl`), of.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "towers.mtl"), specification(tasks, step));
  return train({
    specification: join(folder, "towers.mtl"),
    runs: join(folder, "runs"),
    engine: "onnx",
    threads: 1,
    tensorboard: false,
  });
}

let results: TrainingResult;
beforeAll(async () => {
  results = await trained("[match, sign]");
});

const valueOf = ({ results: values }: TrainingResult, task: string, name: string) =>
  values.find((value) => value.task === task && value.name === name && value.split === "test");

test("finds most of 50 values that it has not seen, where chance is one in 50", () => {
  const recall = valueOf(results, "match", "recall_at");
  expect(recall?.floor).toBeCloseTo(1 / 50, 6);
  expect(recall?.value).toBeGreaterThan(0.6);
});

test("learns in a joint step with a task over the same rows", async () => {
  const joint = await trained("[match, sign]", "step: joint");
  expect(valueOf(joint, "match", "recall_at")?.value).toBeGreaterThan(0.6);
  expect(valueOf(joint, "sign", "accuracy")?.value).toBeGreaterThan(0.8);
}, 30_000);

test("a score of pairs finds the right one among more candidates than in training", async () => {
  const scored = await trained("[pair, agree]");
  expect(valueOf(scored, "pair", "recall_at")?.floor).toBeCloseTo(1 / 10, 6);
  expect(valueOf(scored, "pair", "recall_at")?.value).toBeGreaterThan(0.4);
  expect(valueOf(scored, "agree", "accuracy")?.value).toBeGreaterThan(0.7);
}, 30_000);

test("predicts vectors of length 1, which rank as the evaluation measured", async () => {
  const model = await load(results.folder, { engine: "onnx", threads: 1 });
  const predictions = (await model.predictAll(
    rows.test.map(({ left, right }) => ({ left, right })),
    { task: "match" },
  )) as readonly ContrastivePrediction[];
  const [left, right] = [
    await model.vectors(
      rows.test.map((row) => ({ left: row.left })),
      { task: "match", modality: "left" },
    ),
    await model.vectors(
      rows.test.map((row) => ({ right: row.right })),
      { task: "match", modality: "right" },
    ),
  ];
  await expect(model.vectors([], { task: "sign", modality: "left" })).rejects.toThrow("The task sign has no vectors.");
  await model.dispose();
  for (const [index, { first, second }] of predictions.entries()) {
    for (const [at, value] of first.entries()) expect(left[index]?.[at]).toBeCloseTo(value, 5);
    for (const [at, value] of second.entries()) expect(right[index]?.[at]).toBeCloseTo(value, 5);
  }
  const dot = (one: readonly number[], other: readonly number[]): number =>
    one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
  for (const { score, first, second } of predictions) {
    expect(dot(first, first)).toBeCloseTo(1, 5);
    expect(score).toBeCloseTo(dot(first, second), 5);
  }
  const found = predictions.filter(({ second, score }) =>
    predictions.every(({ first }) => dot(first, second) <= score + 1e-6),
  );
  expect(found.length / 50).toBeCloseTo(valueOf(results, "match", "recall_at_right")?.value ?? Number.NaN, 2);
});
