import { expect, test } from "vitest";
import { LoggedValues } from "../../playground/training/logged-values.ts";
import { placed } from "../../playground/training/placed-files.ts";
import { ticksOf } from "../../playground/state/ticks.ts";
import type { StepEvent } from "../../runtime/train/phase/observer.ts";

const step = (stage: string, step: number, losses: Readonly<Record<string, number>>): StepEvent & { kind: "step" } => ({
  kind: "step",
  stage,
  step,
  total: 2,
  epoch: 0,
  tasks: Object.keys(losses),
  loss: 1,
  losses: new Map(Object.entries(losses)),
  epochs: new Map(),
  shares: new Map(Object.keys(losses).map((task) => [task, 1 / Object.keys(losses).length])),
  rate: 0.1,
  secondsPerStep: 1,
  secondsLeft: 1,
});

test("events of a training become the values of a run's log, with the steps of the whole run", () => {
  const log = new LoggedValues();
  log.add({ kind: "stage", stage: "one", tasks: ["a"], total: 2, done: 0 });
  log.add(step("one", 1, { a: 3 }));
  log.add(step("one", 2, { a: Number.NaN }));
  log.add({ kind: "stage", stage: "two", tasks: ["a", "b"], total: 2, done: 0 });
  log.add(step("two", 1, { a: 2, b: 1 }));
  const values = { stage: "two", step: 1, split: "validation", best: true, score: 0.5 } as const;
  log.add({
    kind: "validation",
    ...values,
    values: [{ task: "b", split: "validation", name: "accuracy", value: 0.9 }],
  });
  const told = log.values.map(({ step, stage, task, name, value }) => [step, stage, task, name, value]);
  expect(told).toEqual([
    [1, "one", "a", "loss", 3],
    [1, "one", null, "rate", 0.1],
    [2, "one", "a", "loss", null],
    [2, "one", null, "rate", 0.1],
    [3, "two", "a", "loss", 2],
    [3, "two", "a", "rows", 0.5],
    [3, "two", "b", "loss", 1],
    [3, "two", "b", "rows", 0.5],
    [3, "two", null, "rate", 0.1],
    [3, "two", "b", "accuracy", 0.9],
    [3, "two", null, "score", 0.5],
  ]);
});

test("own files are found by the name of the table, with what lies beside it; two of one name are not", () => {
  const bytes = new Uint8Array(1);
  const given = new Map([
    ["mine/rows.csv", bytes],
    ["mine/pictures/a.png", bytes],
  ]);
  expect([...placed(given, ["data/rows.csv"]).keys()]).toEqual(
    expect.arrayContaining(["data/rows.csv", "data/pictures/a.png"]),
  );
  expect([...placed(new Map([["rows.csv", bytes]]), ["rows.csv"]).keys()]).toEqual(["rows.csv"]);
  const two = new Map([...given, ["other/rows.csv", bytes]]);
  expect(placed(two, ["data/rows.csv"]).has("data/rows.csv")).toBe(false);
});

test("an axis has a few round numbers that include all values", () => {
  expect(ticksOf(0, 152)).toEqual([0, 50, 100, 150, 200]);
  expect(ticksOf(0.31, 0.82)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
  for (const [low, high] of [
    [1, 1],
    [0, 0],
    [-3, 1e-9],
    [1e6, 1.2e6],
  ] as const) {
    const ticks = ticksOf(low, high);
    expect(ticks[0]).toBeLessThanOrEqual(low);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(high);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(9);
  }
});
