import { describe, expect, test } from "vitest";
import type { Cost } from "../../compiler/analysis/cost/cost.ts";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { sound } from "../elaborate/harness.ts";

const sizes = [1, 2, 3, 4];

/** The differences of the differences of …, `order` times. */
function differences(values: readonly number[], order: number): readonly number[] {
  return order === 0
    ? values
    : differences(
        values.slice(1).map((value, index) => value - (values[index] ?? Number.NaN)),
        order - 1,
      );
}

function predicted(text: string): Cost {
  const [task] = costOf(
    sound(`model m\n${text}\ntask t { from: mean(s) -> linear(2)  target: category("y", classes: 2) }`),
  ).tasks;
  if (!task) throw new Error("no task");
  return task.total;
}

describe("a Perceiver", () => {
  const flops = ({ elements = 1, layers = 1 }): number =>
    predicted(
      `modality x: tensor([${64 * elements}, 6])  stream s = latents(8, 16) -> cross_attend(x, heads: 1) -> self_attends(layers: ${layers}, heads: 2)`,
    ).flops;

  test("grows linearly with its input (Jaegle et al., 2021, §3.1)", () => {
    const [slope] = differences(
      sizes.map((elements) => flops({ elements })),
      1,
    );
    expect(slope).toBeGreaterThan(0);
    expect(
      differences(
        sizes.map((elements) => flops({ elements })),
        2,
      ),
    ).toEqual([0, 0]);
  });

  test("grows linearly with its depth, whatever the size of its input", () => {
    const slopes = [1, 4].map((elements) =>
      differences(
        sizes.map((layers) => flops({ elements, layers })),
        1,
      ),
    );
    expect(new Set(slopes.flat()).size).toBe(1);
  });
});

describe("a transformer of width D", () => {
  const [width, step] = [16, 32];
  const flops = (elements: number): number =>
    predicted(`modality x: tensor([${step * elements}, ${width}])  stream s = x -> transformer(layers: 1, heads: 2)`)
      .flops;

  test("grows with the square of its input, by 4·D for each pair of tokens and what softmax takes in each head", () => {
    const [second = 0] = differences(sizes.map(flops), 2);
    const softmax = 5 * 2;
    expect(second / 2).toBe((4 * width + softmax) * step ** 2);
    expect(differences(sizes.map(flops), 3)).toEqual([0]);
  });
});

test("activations of a step grow with the batch, and parameters, slots and FLOPs of an example but for the update do not", () => {
  const stage = (batch: number) => {
    const text = `model m
      modality x: tensor([16, 8])  stream s = x -> transformer(layers: 2, heads: 2)
      task t { from: mean(s) -> linear(2)  target: category("y", classes: 2) }
      dataset rows { path: "rows.csv"  tasks: all }
      stage fit { optimizer: adam(rate: 0.1)  steps: 1  batch: ${batch} }`;
    const [only] = costOf(sound(text)).stages;
    if (!only) throw new Error("no stage");
    return only;
  };
  const [small, large] = [stage(64), stage(128)];
  expect(large.total.activationBytes / small.total.activationBytes).toBeGreaterThan(1.9);
  expect(large.total.activationBytes / small.total.activationBytes).toBeLessThanOrEqual(2);
  expect(large.total).toMatchObject({ parameters: small.total.parameters, optimizerBytes: small.total.optimizerBytes });
  const seen = (of: typeof small): number => of.tasks[0]?.parts.find(({ name }) => name === "s")?.flops ?? 0;
  expect(seen(large) / seen(small)).toBeCloseTo(1, 3);
});
