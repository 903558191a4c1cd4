import { describe, expect, test } from "vitest";
import { type Given, compile, evaluate, forwardOf, sound } from "../elaborate/harness.ts";
import {
  conditional,
  initialWeights,
  logits,
  model,
  plain,
  relativeChange,
  vectorOf,
  words,
  zerosFor,
} from "./support.ts";

const forward = (encoder: string, task = "one") => forwardOf(sound(model(encoder), { unused: "allowed" }), { task });
/** Weights that condition the encoder on a task's vector. If all are 0, there is no conditioning. */
const modulation = /\.(?:scale|shift|factor)\.(?:kernel|bias)$|\.diagonal$/u;

describe("conditional BERT", () => {
  const whole = forward(conditional());
  const withoutBottleneck = forward(conditional(", bottleneck: false"));

  test("without a bottleneck has all of BERT's weights, under BERT's names", () => {
    const names = forward(plain).weights.map(({ name }) => name);
    expect(withoutBottleneck.weights.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    // The layer with the bottleneck has its own feed-forward network.
    expect(
      names
        .filter((name) => !whole.weights.some((weight) => weight.name === name))
        .every((name) => name.startsWith("context.encoder.3.ffn.")),
    ).toBe(true);
  });

  test("computes the same bits as BERT if blocks and maps of the task's vector are 0", () => {
    const expected = logits(forward(plain).graph);
    expect(logits(withoutBottleneck.graph, zerosFor(withoutBottleneck.graph, modulation))).toEqual(expected);
    expect(logits(withoutBottleneck.graph)).not.toEqual(expected);
  });

  test("is similar to BERT at first: its initial weights change the result by less than 5 %", () => {
    const bert = forward(plain);
    const given = initialWeights(withoutBottleneck);
    const tokens = (graph: typeof bert.graph): readonly number[] => logits(graph, given);
    const change = relativeChange(tokens(bert.graph), tokens(withoutBottleneck.graph));
    expect(change).toBeLessThan(0.05);
    expect(change).toBeGreaterThan(0);
  });

  test("has plain norms in the lower half, conditional ones in the upper half, blocks in all layers, and a bottleneck in the last", () => {
    const layersWith = (pattern: RegExp): readonly number[] => [
      ...new Set(
        whole.weights.flatMap(({ name }) => (pattern.test(name) ? [Number(/encoder\.(\d)/u.exec(name)?.[1])] : [])),
      ),
    ];
    expect(layersWith(/conditional_bias\.diagonal$/u)).toEqual([0, 1, 2, 3]);
    expect(layersWith(/attention_norm\.factor\.kernel$/u)).toEqual([2, 3]);
    expect(layersWith(/encoder\.\d\.ffn_norm\.factor\.kernel$/u)).toEqual([2, 3]);
    expect(layersWith(/conditional_bottleneck/u)).toEqual([3]);
  });

  test("permuted rows have permuted results", () => {
    const ids = Array.from(words["feature/words.ids"] ?? []);
    const [a0, a1, b0, b1] = logits(whole.graph, words);
    expect(logits(whole.graph, { ...words, "feature/words.ids": [...ids.slice(7), ...ids.slice(0, 7)] })).toEqual([
      b0,
      b1,
      a0,
      a1,
    ]);
  });
});

describe("a task's vector", () => {
  const program = sound(
    model(conditional(), "stage joint { sampler: uniform  optimizer: adamw(rate: 1e-3)  batch: 2  epochs: 1 }"),
    { unused: "allowed" },
  );
  const plan = program.plan("joint");
  const beginning = initialWeights({ weights: plan.weights });
  const labelled = (task: string, more: Given = {}): Given => ({
    ...beginning,
    ...words,
    [`feature/${task}.target`]: [0, 1],
    ...more,
  });

  test("gives two tasks different results for one text, and equal vectors give equal results", () => {
    const [one, two] = ["one", "two"].map((task) => forwardOf(program, { task }).graph);
    if (!one || !two) throw new Error("a task has no graph");
    const heads = Object.fromEntries(
      ["one", "two"].flatMap((task) => [
        [`task.${task}.head.kernel`, new Float64Array(32).fill(0.1)],
        [`task.${task}.head.bias`, [0, 0]],
      ]),
    );
    expect(relativeChange(logits(one, heads), logits(two, heads))).toBeGreaterThan(1e-3);
    const same = {
      ...heads,
      [vectorOf("one")]: new Float64Array(16).fill(0.3),
      [vectorOf("two")]: new Float64Array(16).fill(0.3),
    };
    expect(logits(one, same)).toEqual(logits(two, same));
  });

  test("has a gradient in steps of its task, and none in steps of another", () => {
    for (const [task, other] of [
      ["one", "two"],
      ["two", "one"],
    ] as const) {
      const gradients = evaluate(plan.gradients(task), labelled(task));
      expect(Math.max(...(gradients.get(`gradient/${vectorOf(task)}`) ?? []).map(Math.abs))).toBeGreaterThan(0);
      expect(gradients.has(`gradient/${vectorOf(other)}`)).toBe(false);
    }
  });

  test("has the gradient of the loss: a small step along it changes the loss accordingly", () => {
    const graph = plan.gradients("one");
    const gradient = evaluate(graph, labelled("one")).get(`gradient/${vectorOf("one")}`) ?? [];
    const length = Math.hypot(...gradient);
    const step = 1e-4;
    const lossAt = (sign: number): number => {
      const moved = Array.from(
        beginning[vectorOf("one")] ?? [],
        (value, at) => value + (sign * step * (gradient[at] ?? Number.NaN)) / length,
      );
      return evaluate(graph, labelled("one", { [vectorOf("one")]: moved })).get("loss")?.[0] ?? Number.NaN;
    };
    expect(length).toBeGreaterThan(1e-6);
    expect((lossAt(1) - lossAt(-1)) / (2 * step) / length).toBeCloseTo(1, 5);
  });
});

test("blocks that do not fit are an error with a way out", () => {
  const { diagnostics } = compile(
    'model m\nmodality x: tensor(3, 4)\nstream s = conditional_bias(x, learned(5))\ntask t { from: concat(mean(s), mean(x))  head: linear(1)  target: number("y") }\ndataset d { path: "d.jsonl"  tasks: [t] }',
  );
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([
    expect.stringMatching(/A width of 4 is no multiple of 3 tokens: say how many `blocks` there are/u),
  ]);
});
