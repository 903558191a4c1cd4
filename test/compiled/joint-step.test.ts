import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CompiledManifest, compileToFolder, readCompiled, train } from "../../runtime/index.ts";
import { readWeights } from "../../runtime/model/read-weights.ts";
import { type Opened, type Values, find } from "./by-manifest.ts";
import { openOnnx, openTfjs, readTensors } from "./plain.ts";

// A joint step over shared rows is exported as one graph. Its losses and weights are those of a training whose batches are all of the rows, in any order.

const root = mkdtempSync(join(tmpdir(), "mtl-joint-step-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const rate = 0.3;
const steps = 3;
const examples = Array.from({ length: 8 }, (_, index) => ({
  light: [Math.sin(index), Math.cos(3 * index), index / 8],
  hue: index === 2 ? undefined : index % 3,
  strength: index % 3 === 1 ? undefined : index / 4 - 1,
}));

function written(name: string, options: string): string {
  const rows = [...examples, ...examples.slice(0, 2)].map(({ light, hue, strength }, index) =>
    JSON.stringify({
      light,
      hue: hue === undefined ? undefined : ["blue", "green", "red"][hue],
      strength,
      split: index < examples.length ? "train" : "validation",
    }),
  );
  writeFileSync(join(root, "rows.jsonl"), `${rows.join("\n")}\n`);
  writeFileSync(
    join(root, `${name}.mtl`),
    `model joint
modality light: tensor(shape: [3])
stream seen = light -> linear(5) -> tanh
task hue { from: seen  head: linear(3)  target: category("hue", classes: ["blue", "green", "red"])  weight: 0.5 }
task strength { from: seen  head: linear(1)  target: number("strength", standardise: false)  loss: mse }
dataset rows { path: "rows.jsonl"  split: { column: "split" }  tasks: [hue, strength] }
stage fit { optimizer: sgd(rate: ${rate})  step: joint  steps: ${steps}  checkpoint: checkpoint(every: 100%)  ${options} }
`,
  );
  return join(root, `${name}.mtl`);
}

interface Trained {
  readonly manifest: CompiledManifest;
  readonly folder: string;
  /** The losses of both tasks in each step. */
  readonly losses: readonly (readonly number[])[];
  readonly weights: ReadonlyMap<string, { readonly data: Float32Array }>;
}

/** A training by mtl itself, and the compiled folder from which the same is to follow. */
async function trained(name: string, options: string): Promise<Trained> {
  const source = written(name, options);
  const folder = join(root, name);
  await compileToFolder(folder, { source });
  const losses: (readonly number[])[] = [];
  const run = await train({
    specification: source,
    runs: join(root, "runs"),
    threads: 1,
    observer: { onStep: ({ losses: stepLosses }) => losses.push([...stepLosses.values()]) },
  });
  return {
    manifest: await readCompiled(folder),
    folder,
    losses,
    weights: await readWeights({ path: run.folder, checkpoint: "last" }),
  };
}

/** The inputs of a graph for some of the rows. */
function inputsOf(
  { graph }: Opened,
  tensors: ReadonlyMap<string, Float32Array>,
  { rows, factors }: { readonly rows: typeof examples; readonly factors: ReadonlyMap<string, number> },
): ReadonlyMap<string, Values> {
  const data: Readonly<Record<string, () => Values>> = {
    "feature/light": () => Float32Array.from(rows.flatMap(({ light }) => light)),
    "feature/hue.target": () => Int32Array.from(rows, ({ hue = 0 }) => hue),
    "feature/strength.target": () => Float32Array.from(rows, ({ strength = 0 }) => strength),
    "row_weight/hue": () => Float32Array.from(rows, ({ hue }) => (hue === undefined ? 0 : 1)),
    "row_weight/strength": () => Float32Array.from(rows, ({ strength }) => (strength === undefined ? 0 : 1)),
  };
  return new Map(
    graph.inputs.map(({ name, source }) => {
      if (source.kind === "update") {
        expect(source.expression).toBe("rate");
        return [name, Float32Array.of(source.rate)];
      }
      if (source.kind === "loss_factor") return [name, Float32Array.of(find(factors, source.task))];
      return [
        name,
        source.kind === "initial" || source.kind === "gradients"
          ? find(tensors, name)
          : (data[name]?.() ?? expect.fail(name)),
      ];
    }),
  );
}

const labelled = (rows: typeof examples, task: "hue" | "strength") => rows.filter((row) => row[task] !== undefined);

function expectNear(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>, what: string): void {
  expect(actual?.length, what).toBe(expected.length);
  for (const [index, value] of Array.from(expected).entries())
    expect(Math.abs((actual?.[index] ?? Number.NaN) - value), what).toBeLessThan(1e-5);
}

describe("a step of two tasks over the same rows", () => {
  let own: Trained;
  beforeAll(async () => {
    own = await trained("whole", "batch: 8");
  });

  test("is one graph, in addition to one of each task", () => {
    const { graphs } = own.manifest;
    const training = graphs.filter(({ kind }) => kind !== "predict" && kind !== "evaluate");
    expect(training.map(({ kind, tasks, onnx }) => [kind, tasks, onnx])).toEqual([
      ["step", ["hue"], "hue/step.onnx"],
      ["step", ["strength"], "strength/step.onnx"],
      ["step", ["hue", "strength"], "step.onnx"],
    ]);
    const joint = graphs.find(({ kind, tasks }) => kind === "step" && tasks.length === 2);
    expect(joint?.inputs.filter(({ name }) => name === "feature/light")).toHaveLength(1);
  });

  test.each(["onnx", "tfjs"] as const)("has the losses of training, and leaves its weights, on %s", async (format) => {
    await tf.setBackend("cpu");
    const { manifest, folder, losses, weights } = own;
    const graph = manifest.graphs.find(({ kind, tasks }) => kind === "step" && tasks.length === 2);
    const opened = await (format === "onnx" ? openOnnx : openTfjs)(folder, graph ?? expect.fail("no joint step"));
    const tensors = readTensors(join(folder, manifest.initial.file));
    for (const expected of losses) {
      const outputs = await opened.run(inputsOf(opened, tensors, { rows: examples, factors: new Map() }));
      const found = ["loss/hue", "loss/strength"].map((name) => outputs.get(name)?.[0] ?? Number.NaN);
      expectNear(found, expected, "losses");
      for (const [name, values] of outputs) if (tensors.has(name)) tensors.set(name, Float32Array.from(values));
    }
    await opened.close();
    expect(losses).toHaveLength(steps);
    for (const [name, { data }] of weights) expectNear(tensors.get(name), data, name);
  });
});

test("gradients of two batches, each with the factors of its losses, and one update are a step of training", async () => {
  const { manifest, folder, losses, weights } = await trained("parts", "batch: 4  accumulate: 2");
  const graphOf = (wanted: string) =>
    manifest.graphs.find(({ kind, tasks }) => kind === wanted && tasks.length === 2) ?? expect.fail(wanted);
  const gradients = await openOnnx(folder, graphOf("gradients"));
  const apply = await openOnnx(folder, graphOf("apply"));
  const tensors = readTensors(join(folder, manifest.initial.file));
  for (const expected of losses) {
    const sums = new Map<string, Float32Array>();
    const found = [0, 0];
    for (const rows of [examples.slice(0, 4), examples.slice(4)]) {
      const factors = new Map(
        (["hue", "strength"] as const).map((task) => [
          task,
          labelled(rows, task).length / labelled(examples, task).length,
        ]),
      );
      const outputs = await gradients.run(inputsOf(gradients, tensors, { rows, factors }));
      for (const [index, task] of ["hue", "strength"].entries())
        found[index] = (found[index] ?? 0) + find(factors, task) * (outputs.get(`loss/${task}`)?.[0] ?? Number.NaN);
      for (const [name, values] of outputs)
        if (name.startsWith("gradient/"))
          sums.set(
            name,
            Float32Array.from(values, (value, index) => value + (sums.get(name)?.[index] ?? 0)),
          );
    }
    expectNear(found, expected, "losses");
    const inputs = inputsOf(apply, new Map([...tensors, ...sums]), { rows: [], factors: new Map() });
    for (const [name, values] of await apply.run(inputs)) tensors.set(name, Float32Array.from(values));
  }
  await gradients.close();
  await apply.close();
  for (const [name, { data }] of weights) expectNear(tensors.get(name), data, name);
});
