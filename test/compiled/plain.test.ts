import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileToFolder } from "../../runtime/compiled/compile-to-folder.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { graphOf, openOnnx, openTfjs, readManifest, train, valueOf, readTensors } from "./plain.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-plain-"));
const folder = join(root, "compiled");
const tasks = ["hue", "traits", "strength"];
const kinds = ["predict", "evaluate", "step", "gradients", "apply"] as const;

beforeAll(async () => {
  await compileToFolder(folder, { source: writeSmallModel(root, "clip: 0.5"), graphs: kinds });
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(["cpu", "wasm"])("a compiled folder, fed by its manifest alone, on tfjs's %s", (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test.each(tasks)("trains as its ONNX twin does: %s", async (task) => {
    const graph = graphOf(readManifest(folder), "step", task);
    const before = tf.memory().numTensors;
    const tfjs = await openTfjs(folder, graph);
    const onnx = await openOnnx(folder, graph);
    const [ours, twins] = [await train(folder, tfjs, 3), await train(folder, onnx, 3)];
    await tfjs.close();
    await onnx.close();
    expect(twins.losses[2]).toBeLessThan(twins.losses[0] ?? Number.NaN);
    expect(largestDistance(ours.losses, twins.losses)).toBeLessThan(1e-5);
    for (const [name, values] of twins.tensors) expect(largestDistance(ours.tensors.get(name) ?? [], values), name).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(kinds)("computes what its ONNX twin does: %s", async (kind) => {
    const manifest = readManifest(folder);
    const graph = graphOf(manifest, kind, "hue");
    const tensors = readTensors(join(folder, manifest.initial.file));
    const gradient = Float32Array.from({ length: 10_000 }, (_, index) => Math.sin(index));
    const inputs = new Map(
      graph.inputs.map((input) => [input.name, input.source.kind === "gradients" ? gradient.slice(0, input.shape.reduce((a, b) => a * b, 1)) : valueOf(input, manifest, tensors, 1)]),
    );
    const [tfjs, onnx] = [await openTfjs(folder, graph), await openOnnx(folder, graph)];
    const [ours, twins] = [await tfjs.run(inputs), await onnx.run(inputs)];
    await tfjs.close();
    await onnx.close();
    expect([...ours.keys()]).toEqual([...twins.keys()]);
    for (const [name, values] of twins) expect(largestDistance(ours.get(name) ?? [], values), name).toBeLessThan(1e-5);
  });
});

function largestDistance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length || left.length === 0) return Number.NaN;
  return Array.from(left).reduce((most, value, index) => Math.max(most, Math.abs(value - (right[index] ?? Number.NaN))), 0);
}
