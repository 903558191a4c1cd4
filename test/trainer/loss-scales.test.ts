import { describe, expect, test } from "vitest";
import { LossScales } from "../../runtime/train/phase/loss-scales.ts";

const fixed = { name: "fit", balance: { kind: "fixed" } } as const;
const genre = { name: "genre", target: { kind: "category", column: "genre", classes: 3 } } as const;
const price = (standardise = true) =>
  ({ name: "price", target: { kind: "number", column: "price", standardise } }) as const;
const tasks = [genre, price()];
const step = (task: string, loss: number, gradientNorm?: number) => [
  { task, epoch: 0, loss, terms: new Map<string, number>(), ...(gradientNorm === undefined ? {} : { gradientNorm }) },
];

describe("the first steps of a stage", () => {
  test("tell of a task whose loss is a hundred times another's, once, with a weight that makes up for it", () => {
    const scales = new LossScales(fixed, tasks);
    scales.add(step("genre", 0.7));
    expect(scales.note()).toBeUndefined();
    scales.add(step("price", 1400));
    expect(scales.note()).toMatch(
      /^Task price has a loss of 1\.40e\+3 .*stage fit, and task genre one of 0\.700.*`weight` such as 0\.0005/,
    );
    expect(scales.note()).toBeUndefined();
  });

  test("say what would do for numbers that are not standardised", () => {
    const scales = new LossScales(fixed, [genre, price(false)]);
    scales.add([...step("genre", 0.7), ...step("price", 1400)]);
    expect(scales.note()).toContain(
      "Remove its `standardise: false`, or give it a `weight` such as 0.0005, or the stage a `balance`.",
    );
  });

  test("and of one whose gradient is", () => {
    const scales = new LossScales(fixed, tasks);
    scales.add(step("genre", 0.7, 0.1));
    scales.add(step("price", 1.4, 90));
    expect(scales.note()).toContain("Task price has a gradient of 90.0");
  });

  test("are those of the beginning: a loss that was learnt is small for another reason", () => {
    const scales = new LossScales(fixed, tasks);
    for (let count = 0; count < 200; count++)
      scales.add([...step("genre", count < 10 ? 1 : 1e-6), ...step("price", 1)]);
    expect(scales.note()).toBeUndefined();
  });

  test("are nobody's business where the stage balances its losses, or trains one task", () => {
    for (const scales of [
      new LossScales({ ...fixed, balance: { kind: "dwa", temperature: 2 } }, tasks),
      new LossScales(fixed, [price()]),
    ]) {
      scales.add([...step("genre", 0.7), ...step("price", 1400)]);
      expect(scales.note()).toBeUndefined();
    }
  });
});
