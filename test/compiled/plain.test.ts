import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileToFolder } from "../../runtime/export/compile-to-folder.ts";
import type { CompiledGraph, CompiledManifest } from "../../runtime/export/manifest.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { feeds, graphOf, train } from "./by-manifest.ts";
import { openOnnx, openTfjs, readManifest, readTensors } from "./plain.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-plain-"));
const folder = join(root, "compiled");
const tasks = ["hue", "traits", "strength"];
const kinds = ["predict", "evaluate", "step", "gradients", "apply"] as const;

beforeAll(async () => {
  await compileToFolder(folder, {
    source: writeSmallModel(root, "clip: 0.5  average: exponential(decay: 0.5)"),
    graphs: kinds,
  });
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(["cpu", "wasm"])("a compiled folder, fed by its manifest alone, on tfjs's %s", (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test.each(tasks)("trains as its ONNX twin does: %s", async (task) => {
    const manifest = readManifest(folder);
    expect(manifest.training.average).toEqual({ kind: "exponential", decay: 0.5 });
    const graph = graphOf(manifest, "step", task);
    expect(graph.outputs.some(({ name }) => name.startsWith("average/"))).toBe(true);
    const training = { initial: readTensors(join(folder, manifest.initial.file)), steps: 3 };
    const before = tf.memory().numTensors;
    const tfjs = await openTfjs(folder, graph);
    const onnx = await openOnnx(folder, graph);
    const [ours, twins] = [await train({ ...training, opened: tfjs }), await train({ ...training, opened: onnx })];
    await tfjs.close();
    await onnx.close();
    expect(twins.losses[2]).toBeLessThan(twins.losses[0] ?? Number.NaN);
    expect(largestDistance(ours.losses, twins.losses)).toBeLessThan(1e-5);
    for (const [name, values] of twins.tensors)
      expect(largestDistance(ours.tensors.get(name) ?? [], values), name).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(kinds)("computes what its ONNX twin does: %s", async (kind) => {
    const manifest = readManifest(folder);
    const graph = graphOf(manifest, kind, "hue");
    await expectTwins(graph, manifest);
  });

  test("computes what its ONNX twin does: predict of all tasks", async () => {
    const manifest = readManifest(folder);
    const graph = manifest.graphs.find((each) => each.kind === "predict" && each.tasks.length === 3);
    await expectTwins(graph ?? expect.fail("no graph of three tasks"), manifest);
  });
});

async function expectTwins(graph: CompiledGraph, manifest: CompiledManifest): Promise<void> {
  const inputs = feeds(graph, readTensors(join(folder, manifest.initial.file)), 1);
  const [tfjs, onnx] = [await openTfjs(folder, graph), await openOnnx(folder, graph)];
  const [ours, twins] = [await tfjs.run(inputs), await onnx.run(inputs)];
  await tfjs.close();
  await onnx.close();
  expect([...ours.keys()]).toEqual([...twins.keys()]);
  for (const [name, values] of twins) expect(largestDistance(ours.get(name) ?? [], values), name).toBeLessThan(1e-5);
}

function largestDistance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length || left.length === 0) return Number.NaN;
  return Array.from(left).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (right[index] ?? Number.NaN))),
    0,
  );
}
