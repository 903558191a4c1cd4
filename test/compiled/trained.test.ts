import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TaskPredictions, compileToFolder, load, readCompiled, train } from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { type Values, graphOf } from "./by-manifest.ts";
import { loadTfjs, openOnnx, openTfjs, readManifest, readTensors } from "./plain.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-trained-"));
const folder = join(root, "compiled");
const light = [0.15, 0.85, 0.12];
let source = "";
let run = "";
let predicted = Number.NaN;
const example = { words: "green 7", light };
let together: TaskPredictions;

beforeAll(async () => {
  await tf.setBackend("cpu");
  source = writeSmallModel(root);
  ({ folder: run } = await train({ specification: source, runs: join(root, "runs"), steps: 8, threads: 1 }));
  const model = await load(run, { threads: 1 });
  const prediction = await model.predict({ light }, { task: "strength" });
  predicted = prediction.kind === "number" ? prediction.value : Number.NaN;
  [together = {}] = await model.predictTasks([example]);
  await model.dispose();
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** By the manifest alone where it knows the data's scale, as it does of a run. */
function inUnitOfData(value = Number.NaN): number {
  const { scale } = readManifest(folder).tasks["strength"] ?? {};
  if (scale) return scale.mean + scale.deviation * value;
  const { means, deviations } = JSON.parse(readFileSync(join(run, "model", "preprocessing.json"), "utf8")).statistics[
    "strength.target"
  ];
  return means[0] + deviations[0] * value;
}

/** The ids of a text of single characters. */
function encoded(text: string): readonly number[] {
  const { tokenizers } = JSON.parse(readFileSync(join(run, "model", "preprocessing.json"), "utf8"));
  return Array.from(text).map((character) => tokenizers.words.model.vocab[character] ?? 1);
}

function softmax(logits: readonly number[]): readonly number[] {
  const powers = logits.map((logit) => Math.exp(logit));
  return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0));
}

describe.each([
  ["a run", () => ({ source: run })],
  ["the model of a run", () => ({ source: join(run, "model") })],
  ["a specification with a file of weights", () => ({ source, weights: join(run, "model", "model.safetensors") })],
])("compiled from %s", (_, options) => {
  beforeAll(async () => {
    await compileToFolder(folder, options());
  });

  test.each([
    ["tfjs", openTfjs],
    ["onnx", openOnnx],
  ])("%s predicts from features alone, as the run does", async (_format, open) => {
    const graph = graphOf(readManifest(folder), "predict", "strength");
    expect(graph.inputs.map(({ name }) => name)).toEqual(["feature/light"]);
    const opened = await open(folder, graph);
    const outputs = await opened.run(new Map([["feature/light", Float32Array.from(light)]]));
    await opened.close();
    expect(inUnitOfData(outputs.get("prediction/value")?.[0])).toBeCloseTo(predicted, 5);
  });

  test.each([
    ["tfjs", openTfjs],
    ["onnx", openOnnx],
  ])("%s predicts all tasks by one graph, as the run does", async (_format, open) => {
    const graph =
      readManifest(folder).graphs.find(({ kind, tasks }) => kind === "predict" && tasks.length === 3) ??
      expect.fail("no graph of three tasks");
    const opened = await open(folder, graph);
    const words = encoded(example.words);
    const inputs = new Map<string, Values>([
      ["feature/words.ids", Int32Array.from({ length: 8 }, (_each, at) => words[at] ?? 0)],
      ["feature/words.mask", Uint8Array.from({ length: 8 }, (_each, at) => (at < words.length ? 1 : 0))],
      ["feature/light", Float32Array.from(light)],
    ]);
    for (const { name, source: from } of graph.inputs)
      if (from.kind === "class_mask") inputs.set(name, Float32Array.from(from.values));
    const outputs = await opened.run(inputs);
    await opened.close();
    const { hue, strength } = together;
    const shares = softmax([...(outputs.get("prediction/hue/logits") ?? [])]);
    const expected = hue?.kind === "category" ? Object.values(hue.probabilities) : [];
    expect(shares).toEqual(expected.map((share) => expect.closeTo(share, 5) as number));
    expect(outputs.get("prediction/traits/logits")).toHaveLength(2);
    expect(inUnitOfData(outputs.get("prediction/strength/value")?.[0])).toBeCloseTo(
      strength?.kind === "number" ? strength.value : Number.NaN,
      5,
    );
  });

  test("the method that tfjs has for it predicts", async () => {
    const model = await loadTfjs(folder, graphOf(readManifest(folder), "predict", "strength"));
    const value = model.predict({ "feature/light": tf.tensor([light]) }) as tf.Tensor;
    expect(inUnitOfData((await value.data())[0])).toBeCloseTo(predicted, 5);
    model.dispose();
  });

  test("training goes on from the trained weights", () => {
    const manifest = readManifest(folder);
    expect(manifest.initial.weights).toBe("trained");
    const trained = readTensors(join(run, "model", "model.safetensors"));
    const initial = readTensors(join(folder, manifest.initial.file));
    for (const [name, values] of trained) expect(initial.get(name), name).toEqual(values);
    expect(graphOf(manifest, "step", "strength").inputs.map(({ name }) => name)).toContain("seen.linear.kernel");
  });
});

test("a run's vocabulary and names of classes come along", async () => {
  const { tasks, files } = await compileToFolder(folder, { source: run });
  expect(tasks["hue"]?.classes).toEqual(["blue", "green", "red"]);
  expect(files["preprocessing.json"]).toBeDefined();
  await expect(readCompiled(folder)).resolves.toBeDefined();
});

test("a run keeps its params, and weights of another specification do not fit", async () => {
  await expect(compileToFolder(folder, { source: run, set: { width: "8" } })).rejects.toThrow(/trained model/);
  await expect(
    compileToFolder(folder, { source, set: { width: "8" }, weights: join(run, "model", "model.safetensors") }),
  ).rejects.toThrow(/wants a weight/);
});
