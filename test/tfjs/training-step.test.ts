import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { slotShapes, updateScalars } from "../../compiler/differentiate/optimizers/index.ts";
import { stepGraph } from "../../compiler/differentiate/training-graphs.ts";
import { type Graph, sizeOf } from "../../compiler/graph/graph.ts";
import { TFJS_TYPE } from "../../compiler/lower/tfjs/graph-model.ts";
import { type TfjsModel, lowerToTfjs } from "../../compiler/lower/tfjs/lower-to-tfjs.ts";
import { tfjsTargets } from "../../compiler/lower/tfjs/target.ts";
import { optimise } from "../../compiler/passes/optimise.ts";
import type { StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { uniform } from "../graph/random-data.ts";
import { SMALL, transformer } from "../graph/transformer.ts";
import { type HostInputs, distance, expected, feed } from "../onnx/support.ts";
import { forwardGraph, stageWeights, values } from "../training/two-tasks.ts";
import { backends, execute, load, runOnTfjs, useBackend } from "./support.ts";
import { passOf } from "../../compiler/stage/plan.ts";

const adamw: ResolvedOptimizer = {
  kind: "adamw",
  rate: 0.01,
  weight_decay: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const lamb: ResolvedOptimizer = { ...adamw, kind: "lamb" };
const adafactor: ResolvedOptimizer = {
  kind: "adafactor",
  rate: 0.01,
  relative_step: true,
  clip: 1,
  decay_exponent: 0.8,
  beta1: 0.9,
  epsilon1: 1e-30,
  epsilon2: 1e-3,
  weight_decay: 0.1,
};
const optionsOf = (optimizer: ResolvedOptimizer) => ({ optimizer, untouched: "skip", clip: 0.5 }) as const;

interface Step {
  readonly graph: Graph;
  readonly inputs: HostInputs;
}

/** Forward, loss, backward, clipping and the third update of a transformer classifier. */
function transformerStep(optimizer = adamw): Step {
  const { graph, inputs } = transformer(SMALL);
  const weights = graph.inputs.flatMap(({ role, value }): StageWeight[] =>
    role.kind === "weight"
      ? [
          {
            name: role.weight,
            kind: "weight",
            shape: value.shape,
            initializer: { kind: "zeros" },
            trainable: true,
            decayed: value.shape.length > 1,
            class: "all",
            tasks: ["t"],
          },
        ]
      : [],
  );
  const slots = weights.flatMap(({ name, shape }, index) =>
    Object.entries(slotShapes(optimizer, shape)).map(
      ([slot, own], at) => [`${slot}/${name}`, uniform(1000 + 10 * index + at, own, { low: 0.1, high: 1 })] as const,
    ),
  );
  const forward = { task: "t", mode: "train", batch: SMALL.batch, graph, weights } as const;
  return withUpdates(
    optimizer,
    stepGraph(passOf(forward), weights, optionsOf(optimizer)),
    new Map([...inputs, ...slots]),
  );
}

/** A regression with a running mean; it gives back a weight that its loss does not depend on. */
function regressionStep(): Step {
  return withUpdates(adamw, stepGraph(passOf(forwardGraph("left")), stageWeights(), optionsOf(adamw)), values(adamw));
}

function withUpdates(optimizer: ResolvedOptimizer, graph: Graph, inputs: HostInputs): Step {
  const scalars = updateScalars(optimizer, { rate: optimizer.rate, count: 3 });
  const updates = graph.inputs.flatMap(({ name, role }) =>
    role.kind === "update" ? [[name, [scalars[role.name] ?? Number.NaN]] as const] : [],
  );
  return { graph: optimise(graph), inputs: new Map([...inputs, ...updates]) };
}

const steps = {
  transformer: transformerStep(),
  regression: regressionStep(),
  lamb: transformerStep(lamb),
  adafactor: transformerStep(adafactor),
};

describe.each(backends)("a training step on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(Object.entries(steps))("agrees with the reference: %s", async (_, { graph, inputs }) => {
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBeLessThan(1e-5);
  });

  it("feeds on its own results, and the loss falls", async () => {
    const { graph, inputs } = steps.transformer;
    const model = await load(lowerToTfjs(graph));
    const losses: number[] = [];
    let given = inputs;
    for (let step = 0; step < 5; step++) {
      const results = execute(model, graph, given);
      losses.push(results.get("loss")?.[0] ?? Number.NaN);
      given = new Map([...given, ...results]);
    }
    model.dispose();
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? Number.NaN);
  });

  it("leaves no tensor behind", async () => {
    const { graph, inputs } = steps.transformer;
    const before = tf.memory().numTensors;
    const model = await load(lowerToTfjs(graph));
    const loaded = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      execute(model, graph, inputs);
      expect(tf.memory().numTensors).toBe(loaded);
    }
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("the files of a training step", () => {
  const { graph } = steps.transformer;
  const { json, shard }: TfjsModel = lowerToTfjs(graph);
  const nodes = json.modelTopology.node;

  it("name inputs and outputs as the graph does, each input a placeholder of its type", async () => {
    expect(Object.keys(json.signature.inputs)).toEqual(graph.inputs.map(({ name }) => name));
    expect(Object.keys(json.signature.outputs)).toEqual(graph.outputs.map(({ name }) => name));
    const placeholders = nodes.filter(({ op }) => op === "Placeholder").map(({ name }) => `${name}:0`);
    expect(Object.values(json.signature.inputs).map(({ name }) => name)).toEqual(placeholders);
    const model = await load({ json, shard });
    const types = graph.inputs.map(({ value }) => ({ dtype: TFJS_TYPE[value.dtype], shape: value.shape }));
    expect(model.inputs.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(types);
    model.dispose();
  });

  it("hold constants and nothing else, as many bytes as the manifest says", () => {
    const entries = json.weightsManifest.flatMap(({ weights }) => weights);
    expect(entries.map(({ name }) => name)).toEqual(nodes.filter(({ op }) => op === "Const").map(({ name }) => name));
    expect(shard.length).toBe(
      entries.reduce((bytes, { shape, dtype }) => bytes + sizeOf(shape) * (dtype === "bool" ? 1 : 4), 0),
    );
  });

  it("ask for no transposed product, as files may come to the WASM backend", () => {
    expect(productFlags(json).length).toBeGreaterThan(0);
    expect(productFlags(json)).not.toContain(true);
  });
});

describe("products on wasm, where all but plain ones are computed in a scalar loop", () => {
  const { graph, inputs } = steps.transformer;

  it("have no flag", () => {
    const flags = productFlags(lowerToTfjs(graph, tfjsTargets.wasm).json);
    expect(flags.length).toBeGreaterThan(0);
    expect(flags).not.toContain(true);
  });

  it("have a batch of one when the engine runs them", async () => {
    const engine = await openEngine({ engine: "tfjs:wasm" });
    const step = await engine.load(graph);
    const { kernels } = await tf.profile(async () => {
      await step.run(feed(graph, inputs));
      return [];
    });
    await engine.dispose();
    const batches = kernels
      .filter(({ name }) => name === "BatchMatMul")
      .flatMap(({ inputShapes }) => inputShapes.map((shape) => sizeOf(shape?.slice(0, -2) ?? [0])));
    // Two products with a batch forward and four backward, in each layer, for each head of each example.
    expect(batches.length).toBeGreaterThan(2 * 6 * SMALL.layers * SMALL.batch * SMALL.heads);
    expect(new Set(batches)).toEqual(new Set([1]));
  });
});

function productFlags({ modelTopology: { node } }: TfjsModel["json"]): readonly boolean[] {
  const products = node.filter(({ op }) => op === "MatMul" || op === "BatchMatMulV2");
  return products.flatMap(({ attr }) => Object.values(attr).map((value) => "b" in value && value.b));
}
