import { describe, expect, test } from "vitest";
import { interpret } from "../graph/reference.ts";
import { programOf, outputOf, valuesOf } from "../mbt/support.ts";
import { openMetric } from "../../runtime/metrics/index.ts";
import { BatchSupply } from "../../runtime/train/supply/batch-supply.ts";
import { openSampler } from "../../runtime/train/samplers/index.ts";
import { sampledTask, stageLength } from "../../runtime/train/phase/stage-length.ts";
import { scheduleFactor } from "../../runtime/train/phase/schedules.ts";
import { generator } from "../../runtime/random/generator.ts";

/** MT-DNN with its four kinds of task, small. */
const program = programOf(`
  modality words: text(max_length: 8, segments: 2, separators: after, tokenizer: characters(20))
  stream context = words -> bert(layers: 1, width: 8, heads: 2)
  task single { from: context.pooled  head: dropout(10%) -> linear(2)  target: category("label", classes: 2) }
  task pair { from: context.tokens  head: san(classes: 3, steps: 2)  target: category("label", classes: 3) }
  task similarity { from: context.pooled  head: linear(1)  target: number("score")  metrics: [pearson, spearman] }
  task relevance { from: context.pooled  head: linear(1)  target: ranking("right") }
  dataset a { path: "a.jsonl"  columns: { words: "sentence" }  tasks: [single] }
  dataset b { path: "b.jsonl"  columns: { words: ["one", "other"] }  tasks: [pair] }
  dataset c { path: "c.jsonl"  columns: { words: ["one", "other"] }  tasks: [similarity] }
  dataset d { path: "d.jsonl"  columns: { words: ["one", each("others", max_candidates: 3)] }  tasks: [relevance] }
  stage joint { sampler: shuffled  optimizer: adamax(rate: 1e-2)  schedule: linear(warmup: 10%)  batch: { single: 4, pair: 3, similarity: 4, relevance: 2 }  epochs: 5  clip: 1.0 }`);
const plan = program.plan("joint");

const rows = { single: 10, pair: 7, similarity: 4, relevance: 9 } as const;
const tasks = plan.tasks.map((name) =>
  sampledTask({ name, rows: rows[name as keyof typeof rows], batch: plan.batchOf(name) }, plan.stage),
);

describe("an epoch (Liu et al., 2019, algorithm 1)", () => {
  test("has Σ ⌈rows ∕ batch⌉ steps, and each task its share of them", () => {
    expect(tasks.map(({ steps }) => steps)).toEqual([3, 3, 1, 5]);
    expect(stageLength(plan.stage, tasks)).toBe(5 * 12);
  });

  test("has batches of one task each, and every example of every task once", () => {
    const random = generator(1, "shuffled");
    const sampler = openSampler({ options: plan.stage.sampler, tasks, random: () => random.uniform(), total: 60 });
    const supplies = new Map(
      tasks.map(({ name, rows: count }) => [
        name,
        new BatchSupply({ seed: 1, stage: "joint", task: name, rows: count, batch: plan.batchOf(name), accumulate: 1 }),
      ]),
    );
    for (let epoch = 0; epoch < 3; epoch++) {
      const seen = new Map<string, number[]>();
      for (let step = 0; step < 12; step++) {
        const task = sampler.next({ step });
        seen.set(task, [...(seen.get(task) ?? []), ...(supplies.get(task)?.next().batches.flat() ?? [])]);
      }
      for (const [task, count] of Object.entries(rows))
        expect(seen.get(task)?.toSorted((left, right) => left - right)).toEqual(
          Array.from({ length: count }, (_, row) => row),
        );
    }
  });
});

test("the rate rises over a tenth of the steps and falls linearly to nothing", () => {
  const factors = [0, 5, 6, 33, 59].map((step) => scheduleFactor(plan.stage.schedule, { step, total: 60 }));
  expect(factors[0]).toBeCloseTo(1 / 6, 12);
  expect(factors[1]).toBeCloseTo(1, 12);
  expect(factors[2]).toBeCloseTo(1, 12);
  expect(factors[3]).toBeCloseTo(0.5, 12);
  expect(factors[4]).toBeCloseTo(1 / 54, 12);
});

describe("a step of one task", () => {
  const isShared = (name: string): boolean => name.startsWith("context.");

  test("shares the encoder with all others, and has a head of its own", () => {
    const shared = plan.tasks.map((task) =>
      plan.weights.filter(({ name, tasks: users }) => isShared(name) && users.includes(task)).map(({ name }) => name),
    );
    expect(shared[0]).toContain("context.encoder.0.attention.query.kernel");
    for (const names of shared) expect(names).toEqual(shared[0]);
    for (const { name, tasks: users } of plan.weights)
      if (!isShared(name)) expect(users.map((task) => name.startsWith(`task.${task}.head.`))).toEqual([true]);
  });

  test.each(["single", "pair", "similarity", "relevance"])(
    "moves the encoder and the head of %s, and gives no other weight",
    (task) => {
      const graph = plan.step(task);
      const names = graph.outputs.flatMap(({ role }) => (role.kind === "weight" ? [role.weight] : []));
      expect(names.filter((name) => name.startsWith("task.") && !name.startsWith(`task.${task}.`))).toEqual([]);
      const values = new Map(valuesOf(graph));
      for (const { name, role } of graph.inputs) {
        if (role.kind === "slot") values.set(name, new Float64Array(values.get(name)?.length ?? 0));
        if (name === "feature/words.mask") values.set(name, new Float64Array(values.get(name)?.length ?? 0).fill(1));
        if (name === "feature/words.segments")
          values.set(
            name,
            Float64Array.from(values.get(name) ?? [], (_, at) => (at % 8 < 4 ? 0 : 1)),
          );
        if (name === `feature/${task}.target` && task === "relevance") values.set(name, [1, 0, 0, 0, 1, 0]);
      }
      const outputs = interpret(graph, values);
      const moved = names.filter((name) =>
        outputOf(outputs, name).some((value, at) => value !== values.get(name)?.[at]),
      );
      expect(moved.some(isShared)).toBe(true);
      expect(moved.some((name) => name.startsWith(`task.${task}.`))).toBe(true);
    },
  );
});

describe("regression", () => {
  test("has no gradient where the prediction is exact", () => {
    const graph = plan.gradients("similarity");
    const forward = plan.evaluate("similarity");
    const common = new Map(
      [...valuesOf(graph), ...valuesOf(forward)].map(([name, value]) => [
        name,
        name.startsWith("random/") ? new Float64Array(value.length).fill(255) : value,
      ]),
    );
    const target = outputOf(interpret(forward, common), "prediction/value");
    // Dropout rescales even where it drops nothing, so what training predicts is asked of the training graph.
    const trained = outputOf(
      interpret(graph, new Map([...common, ["feature/similarity.target", target]])),
      "prediction/value",
    );
    const gradients = interpret(graph, new Map([...common, ["feature/similarity.target", trained]]));
    for (const [name, gradient] of gradients)
      if (name.startsWith("gradient/")) expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-12);
  });

  test("has a Pearson correlation of 1 with what it is a linear function of", () => {
    const metric = openMetric({ kind: "pearson" }, { kind: "number", column: "y", standardise: true });
    for (const target of [0.3, -1, 4, 2.5]) metric.observe({ prediction: 3 * target - 2, target }, 1);
    expect(metric.value()).toBeCloseTo(1, 12);
  });
});
