import { describe, expect, test } from "vitest";
import { slotShapes, updateScalars } from "../../compiler/differentiate/optimizers/index.ts";
import {
  type UpdateOptions,
  applyGraph,
  gradientsGraph,
  stepGraph,
} from "../../compiler/differentiate/training-graphs.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import type { StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import { interpret } from "../graph/reference.ts";
import { SMALL, transformer } from "../graph/transformer.ts";
import { forwardGraph, stageWeights, values } from "./two-tasks.ts";
import { passOf } from "../../compiler/stage/plan.ts";

const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const adafactor = {
  kind: "adafactor",
  rate: 0.1,
  relative_step: true,
  clip: 1,
  decay_exponent: 0.8,
  beta1: 0,
  epsilon1: 1e-30,
  epsilon2: 1e-3,
  weight_decay: 0.1,
} as const;
const optimizers: readonly ResolvedOptimizer[] = [
  { kind: "sgd", rate: 0.1 },
  { kind: "momentum", rate: 0.1, momentum: 0.9, nesterov: true },
  { kind: "adam", rate: 0.1, ...moments },
  { kind: "adamw", rate: 0.1, weight_decay: 0.1, ...moments },
  { kind: "adamax", rate: 0.1, weight_decay: 0.1, ...moments },
  { kind: "lamb", rate: 0.1, weight_decay: 0.1, ...moments },
  adafactor,
  { ...adafactor, relative_step: false, beta1: 0.9 },
];
const adamw: ResolvedOptimizer = { kind: "adamw", rate: 0.1, weight_decay: 0.1, ...moments };
const weights = stageWeights();

/** Runs a graph on the common values; every class is at its third update. */
function run(
  graph: Graph,
  optimizer: ResolvedOptimizer,
  more: ReadonlyMap<string, ArrayLike<number>> = new Map(),
): Map<string, Float64Array> {
  const scalars = updateScalars(optimizer, { rate: optimizer.rate, count: 3 });
  const updates = graph.inputs.flatMap(({ name, role }) =>
    role.kind === "update" ? [[name, [scalars[role.name] ?? NaN]] as const] : [],
  );
  const outputs = interpret(graph, new Map([...values(optimizer), ...updates, ...more]));
  for (const [name, value] of outputs) expect(value.every(Number.isFinite), name).toBe(true);
  return outputs;
}

const outputNames = (graph: Graph, ...kinds: readonly string[]): string[] =>
  graph.outputs.filter(({ role }) => kinds.includes(role.kind)).map(({ name }) => name);

describe("fused and split", () => {
  const plans: readonly Omit<UpdateOptions, "optimizer">[] = [
    { untouched: "skip" },
    { untouched: "decay" },
    { untouched: "skip", clip: 0.01 },
    { untouched: "decay", clip: 100 },
  ];
  const cases = optimizers.flatMap((optimizer) => plans.map((plan): UpdateOptions => ({ ...plan, optimizer })));

  test.each(cases)("$optimizer.kind, untouched: $untouched, clip: $clip", (options) => {
    const { optimizer } = options;
    for (const task of ["left", "right"] as const) {
      const fused = run(stepGraph(passOf(forwardGraph(task)), weights, options), optimizer);
      const gradients = run(gradientsGraph(passOf(forwardGraph(task)), weights), optimizer);
      const applied = run(applyGraph([task], weights, options), optimizer, gradients);
      const split = new Map([...gradients, ...applied].filter(([name]) => !name.startsWith("gradient/")));
      expect([...split.keys()].toSorted()).toEqual([...fused.keys()].toSorted());
      for (const [name, value] of fused) expect(split.get(name), name).toEqual(value);
    }
  });

  test("agree on a transformer", () => {
    const { graph, inputs } = transformer(SMALL);
    const all = graph.inputs.flatMap(({ role, value }): StageWeight[] =>
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
    const forward = { task: "t", mode: "train", batch: SMALL.batch, graph, weights: all } as const;
    const options: UpdateOptions = { optimizer: adamw, untouched: "skip", clip: 0.5 };
    const slots = all.flatMap(({ name, shape }) =>
      Object.keys(slotShapes(adamw, shape)).map(
        (slot) => [`${slot}/${name}`, new Float64Array(shape.reduce((a, b) => a * b, 1))] as const,
      ),
    );
    const given = new Map<string, ArrayLike<number>>([...inputs, ...slots]);
    const fused = run(stepGraph(passOf(forward), all, options), adamw, given);
    const gradients = run(gradientsGraph(passOf(forward), all), adamw, given);
    const split = run(applyGraph(["t"], all, options), adamw, new Map([...given, ...gradients]));
    for (const { name } of all)
      fused.get(name)?.forEach((value, at) => expect(split.get(name)?.[at]).toBeCloseTo(value, 12));
  });
});

describe("a step", () => {
  const options: UpdateOptions = { optimizer: adamw, untouched: "skip" };

  test("makes the loss smaller", () => {
    const sgd: ResolvedOptimizer = { kind: "sgd", rate: 0.05 };
    const graph = stepGraph(passOf(forwardGraph("left")), weights, { optimizer: sgd, untouched: "skip" });
    const before = run(graph, sgd);
    const after = run(
      graph,
      sgd,
      new Map([...before].filter(([name]) => weights.some((weight) => weight.name === name))),
    );
    expect(after.get("loss")?.[0]).toBeLessThan(before.get("loss")?.[0] ?? NaN);
  });

  test("keeps the forward graph's outputs and their values", () => {
    const forward = forwardGraph("left");
    const plain = run(forward.graph, adamw);
    const step = run(stepGraph(passOf(forward), weights, options), adamw);
    expect(plain.size).toBeGreaterThan(3);
    for (const [name, value] of plain) expect(step.get(name), name).toEqual(value);
  });

  test("updates the weights that its task reaches, and no others", () => {
    expect(outputNames(stepGraph(passOf(forwardGraph("left")), weights, options), "weight")).toEqual([
      "shared.kernel",
      "shared.bias",
      "left.kernel",
      "left.unused",
    ]);
    expect(outputNames(stepGraph(passOf(forwardGraph("right")), weights, options), "weight")).toEqual([
      "shared.kernel",
      "shared.bias",
      "right.kernel",
    ]);
  });

  test("with `untouched: decay` also moves the others, as with a zero gradient", () => {
    const decay: UpdateOptions = { ...options, untouched: "decay" };
    const fused = run(stepGraph(passOf(forwardGraph("left")), weights, decay), adamw);
    const zero = new Map([["gradient/right.kernel", new Float64Array(8)]]);
    const alone = run(
      applyGraph(
        ["right"],
        weights.filter(({ name }) => name === "right.kernel"),
        options,
      ),
      adamw,
      zero,
    );
    for (const name of ["right.kernel", "first_moment/right.kernel", "second_moment/right.kernel"]) {
      expect(fused.get(name), name).toEqual(alone.get(name));
    }
    expect(alone.get("right.kernel")).not.toEqual(Float64Array.from(values().get("right.kernel") ?? []));
  });

  test("treats a weight that is in the graph as reached, even where the loss does not depend on it", () => {
    const gradients = run(gradientsGraph(passOf(forwardGraph("left")), weights), adamw);
    expect(gradients.get("gradient/left.unused")).toEqual(new Float64Array(5));
    const momentumBefore = values(adamw).get("first_moment/left.unused") ?? [];
    const momentumAfter = run(stepGraph(passOf(forwardGraph("left")), weights, options), adamw).get(
      "first_moment/left.unused",
    );
    expect(Array.from(momentumAfter ?? [])).toEqual(momentumBefore.map((value) => value * 0.9));
  });

  test("takes the update scalars of each weight's class", () => {
    const classes = stepGraph(passOf(forwardGraph("left")), weights, options).inputs.flatMap(({ role }) =>
      role.kind === "update" ? [role.class] : [],
    );
    expect(new Set(classes)).toEqual(new Set(["left+right", "left"]));
  });

  test.each(optimizers)("with $kind is a graph without faults", (optimizer) => {
    const plan: UpdateOptions = { optimizer, untouched: "decay", clip: 1 };
    for (const graph of [
      stepGraph(passOf(forwardGraph("left")), weights, plan),
      gradientsGraph(passOf(forwardGraph("left")), weights),
      applyGraph(["left", "right"], weights, plan),
    ]) {
      expect(verify(graph)).toEqual([]);
    }
  });
});

describe("clipping by global norm", () => {
  const sgd: ResolvedOptimizer = { kind: "sgd", rate: 1 };
  const before = values();
  const gradients = run(gradientsGraph(passOf(forwardGraph("left")), weights), sgd);
  const norm = Math.sqrt(
    [...gradients]
      .flatMap(([name, value]) => (name.startsWith("gradient/") ? [...value] : []))
      .reduce((sum, value) => sum + value ** 2, 0),
  );

  /** The weights after a step of plain gradient descent with rate 1, and the change of each weight. */
  const moved = (clip: number) => {
    const after = run(
      stepGraph(passOf(forwardGraph("left")), weights, { optimizer: sgd, untouched: "skip", clip }),
      sgd,
    );
    const difference = (name: string): number[] =>
      (before.get(name) ?? []).map((value, at) => value - (after.get(name)?.[at] ?? NaN));
    return { after, difference };
  };

  test("logs the norm before clipping", () => {
    expect(moved(0.01).after.get("scalar/gradient_norm")?.[0]).toBeCloseTo(norm, 12);
  });

  test("scales all gradients by min(1, clip ∕ (norm + 10⁻⁶))", () => {
    for (const clip of [0.01, norm / 2, 100 * norm]) {
      const factor = Math.min(1, clip / (norm + 1e-6));
      const { difference } = moved(clip);
      for (const name of ["shared.kernel", "shared.bias", "left.kernel", "left.unused"]) {
        difference(name).forEach((value, at) =>
          expect(value).toBeCloseTo(factor * (gradients.get(`gradient/${name}`)?.[at] ?? NaN), 12),
        );
      }
    }
  });

  test("sees the gradients of all tasks of an update together", () => {
    const all = new Map([...run(gradientsGraph(passOf(forwardGraph("right")), weights), sgd), ...gradients]);
    const expected = Math.sqrt(
      [...all]
        .flatMap(([name, value]) => (name.startsWith("gradient/") ? [...value] : []))
        .reduce((sum, value) => sum + value ** 2, 0),
    );
    const applied = run(
      applyGraph(["left", "right"], weights, { optimizer: sgd, untouched: "skip", clip: 1 }),
      sgd,
      all,
    );
    expect(applied.get("scalar/gradient_norm")?.[0]).toBeCloseTo(expected, 12);
  });

  test("is left out where the stage does not clip", () => {
    expect(
      outputNames(stepGraph(passOf(forwardGraph("left")), weights, { optimizer: sgd, untouched: "skip" }), "scalar"),
    ).toEqual([]);
  });
});

describe("frozen weights", () => {
  const options: UpdateOptions = { optimizer: adamw, untouched: "decay" };
  const onlyHead = stageWeights({ frozen: ["shared.kernel", "shared.bias", "left.unused"] });

  test("have no update, no slots and no gradient", () => {
    expect(outputNames(stepGraph(passOf(forwardGraph("left")), onlyHead, options), "weight")).toEqual([
      "left.kernel",
      "right.kernel",
    ]);
    expect(outputNames(gradientsGraph(passOf(forwardGraph("left")), onlyHead), "gradient")).toEqual([
      "gradient/left.kernel",
    ]);
    expect(applyGraph(["left"], onlyHead, options).inputs.some(({ name }) => name.endsWith("shared.kernel"))).toBe(
      false,
    );
  });

  test("cost nothing backward: no product but the head's own gradient is added", () => {
    const products = (graph: Graph): number => graph.nodes.filter(({ op }) => op === "matmul").length;
    const forward = forwardGraph("left");
    expect(products(gradientsGraph(passOf(forward), onlyHead)) - products(forward.graph)).toBe(1);
    expect(products(gradientsGraph(passOf(forward), weights)) - products(forward.graph)).toBe(3);
  });

  test("states are never trained", () => {
    const state: StageWeight = {
      name: "mean",
      kind: "state",
      shape: [2],
      initializer: { kind: "zeros" },
      trainable: true,
      decayed: false,
      class: "left",
      tasks: ["left"],
    };
    const graph = stepGraph(passOf(forwardGraph("left")), [...weights, state], options);
    expect(outputNames(graph, "state")).toEqual(["state/mean"]);
    expect(outputNames(graph, "weight")).not.toContain("mean");
  });
});

test("the update of Adam is ten passes over a weight, AdamW's eleven where it decays", () => {
  const passes = (optimizer: ResolvedOptimizer, decayed: boolean): number => {
    const weight: StageWeight = {
      name: "w",
      kind: "weight",
      shape: [7, 9],
      initializer: { kind: "zeros" },
      trainable: true,
      decayed,
      class: "all",
      tasks: ["t"],
    };
    return applyGraph(["t"], [weight], { optimizer, untouched: "skip" }).nodes.filter(
      ({ outputs: [output] }) => output?.shape.length === 2,
    ).length;
  };
  expect(passes({ kind: "adam", rate: 1, ...moments }, true)).toBe(10);
  expect(passes(adamw, true)).toBe(11);
  expect(passes(adamw, false)).toBe(10);
  expect(passes({ kind: "sgd", rate: 1 }, true)).toBe(2);
});
