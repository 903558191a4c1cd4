import { describe, expect, test } from "vitest";
import type { ResolvedMetric, ResolvedStage, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { EarlyStop } from "../../runtime/train/phase/early-stop.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";
import { isBetter, plainScore, scoreOf } from "../../runtime/train/phase/selection.ts";
import { stageLength } from "../../runtime/train/phase/stage-length.ts";
import { tasks } from "./tiny-program.ts";

const value = (
  task: string,
  name: string,
  measured: number,
  split: MeasuredValue["split"] = "validation",
): MeasuredValue => ({ task, name, split, value: measured });
const values = [
  value("kind", "loss", 0.9),
  value("kind", "accuracy", 0.75),
  value("size", "loss", 3),
  value("size", "rmse", 0.5),
];

const bare: ResolvedTask = { ...(tasks["size"] as ResolvedTask), metrics: [] };
const selection = (
  selector: string,
  of: { readonly [name: string]: ResolvedTask } = tasks,
  baselines: { readonly [measure: string]: number } = {},
) => ({ selector, tasks: Object.values(of), baselines: new Map(Object.entries(baselines)) });
const score = (selector: string, measured: readonly MeasuredValue[], of?: { readonly [name: string]: ResolvedTask }) =>
  scoreOf(selection(selector, of), measured).score?.value;

describe("the score of a validation by auto", () => {
  const baselines = { "kind.accuracy": 0.5, "kind.loss": 1, "size.rmse": 2, "size.loss": 4 };
  const auto = (measured: readonly MeasuredValue[], changed: { readonly [measure: string]: number } = {}) =>
    scoreOf(selection("auto", tasks, { ...baselines, ...changed }), measured);

  test("is the mean over tasks of the share of the way from the baseline to the best value", () =>
    expect(auto(values)).toEqual({ score: { value: (0.5 + 0.75) / 2, measures: 2 }, leftOut: [] }));
  test("does not depend on the unit of a task", () => {
    const inMetres = auto([value("kind", "accuracy", 0.75), value("size", "rmse", 500)], { "size.rmse": 2000 });
    expect(inMetres.score?.value).toBeCloseTo(0.625);
  });
  test("is below 0 where a task is worse than its baseline", () =>
    expect(auto([value("kind", "accuracy", 0.25), value("size", "rmse", 4)]).score?.value).toBeCloseTo((-0.5 - 1) / 2));
  test.each([
    ["NaN", Number.NaN, "not defined"],
    ["infinite", Infinity, "infinite"],
  ])("leaves out what is %s", (_, rmse, reason) => {
    const { score: found, leftOut } = auto([value("kind", "accuracy", 0.75), value("size", "rmse", rmse)]);
    expect(found).toEqual({ value: 0.5, measures: 1 });
    expect(leftOut).toEqual([{ task: "size", name: "rmse", kind: "rmse", reason }]);
  });
  test.each([
    ["no baseline", { "kind.accuracy": Number.NaN }],
    ["perfect baseline", { "kind.accuracy": 1 }],
  ])("leaves out what has %s", (reason, changed) => {
    expect(auto(values, changed)).toMatchObject({
      score: { value: 0.75, measures: 1 },
      leftOut: [{ task: "kind", name: "accuracy", reason }],
    });
  });
  test("is of the metrics as they are where none has a way to go", () =>
    expect(auto(values, { "kind.accuracy": 1, "size.rmse": 0 }).score?.value).toBeCloseTo((0.75 - 0.5) / 2));
  test("of a task without metrics is of its loss", () =>
    expect(
      scoreOf(selection("auto", { size: bare }, { "size.loss": 4 }), [value("size", "loss", 3)]).score?.value,
    ).toBeCloseTo(0.25));
  test("never looks at test or train", () =>
    expect(auto([value("kind", "accuracy", 1, "test"), value("kind", "accuracy", 1, "train")]).score).toBeUndefined());
});

describe("the score of a validation by name", () => {
  test("task.metric is that one", () => expect(score("size.rmse", values)).toBe(-0.5));
  test("a metric that is listed twice is told apart by its options, and alone means the first", () => {
    const metrics: readonly ResolvedMetric[] = [
      { kind: "f1", average: "macro" },
      { kind: "f1", average: "micro" },
    ];
    const both = { kind: { ...(tasks["kind"] as ResolvedTask), metrics } };
    const measured = [value("kind", "f1_macro", 0.2), value("kind", "f1_micro", 0.6)];
    expect(score("kind.f1_micro", measured, both)).toBe(0.6);
    expect(score("kind.f1", measured, both)).toBe(0.2);
  });
  test("task.loss is that loss, of which less is better", () => expect(score("kind.loss", values)).toBe(-0.9));
  test("a metric's name alone is the mean over the tasks that have it", () => {
    expect(score("loss", values)).toBeCloseTo(-(0.9 + 3) / 2);
    expect(score("accuracy", values)).toBe(0.75);
    const sorts: { readonly [name: string]: ResolvedTask } = {
      ...tasks,
      sort: { ...(tasks["kind"] as ResolvedTask), name: "sort", metrics: [{ kind: "matthews" }, { kind: "accuracy" }] },
    };
    expect(
      score("accuracy", [...values, value("sort", "accuracy", 0.25), value("sort", "matthews", 1)], sorts),
    ).toBeCloseTo(0.5);
  });
  test("a metric of which lower is better counts negatively", () => {
    const calibrated = {
      kind: { ...(tasks["kind"] as ResolvedTask), metrics: [{ kind: "calibration_error", bins: 15 }] as const },
    };
    expect(score("kind.calibration_error", [value("kind", "calibration_error", 0.1)], calibrated)).toBe(-0.1);
  });
  test("a name that only begins like a metric's is none", () =>
    expect(score("kind.accuracy_anything", values)).toBeUndefined());
  test("what is NaN or infinite is left out", () => {
    expect(score("loss", [value("kind", "loss", Number.NaN), value("size", "loss", 1)])).toBe(-1);
    expect(score("size.rmse", [value("size", "rmse", Infinity)])).toBeUndefined();
  });
});

test("of two validations the one of which more is defined is better, whatever the mean", () => {
  expect(isBetter({ value: 0.1, measures: 2 }, { value: 0.9, measures: 1 })).toBe(true);
  expect(isBetter({ value: 0.9, measures: 1 }, { value: 0.1, measures: 2 })).toBe(false);
  expect(isBetter({ value: 0.2, measures: 2 }, { value: 0.1, measures: 2 })).toBe(true);
  expect(isBetter({ value: 0.2, measures: 1 }, null)).toBe(true);
});

describe("runs from before tasks were compared without their units", () => {
  const plain = (selector: string, measured: readonly MeasuredValue[]) =>
    plainScore(selector, Object.values(tasks), measured);
  test("auto is the mean of each task's first metric, lower-is-better ones negative", () =>
    expect(plain("auto", values)).toBeCloseTo((0.75 - 0.5) / 2));
  test("one of the chosen that is NaN makes the score NaN", () =>
    expect(plain("loss", [value("kind", "loss", Number.NaN), value("size", "loss", 1)])).toBeNaN());
});

describe("early stopping", () => {
  const settings = { kind: "early_stop", metric: "auto", patience: 2, least: 0.1 } as const;
  type Mode = NonNullable<ResolvedStage["early_stop"]>["tasks"];

  /** Judges validations one after another; each has the scores of `kind` and `size`. Tasks that leave are not judged again. */
  async function verdicts(mode: Mode, scores: readonly (readonly [kind: number, size: number])[]) {
    const stop = new EarlyStop({
      settings: { ...settings, ...(mode ? { tasks: mode } : {}) },
      tasks: Object.values(tasks),
      isMeasured: () => true,
    });
    let remaining: readonly string[] = ["kind", "size"];
    const found: { readonly endsEarly: boolean; readonly waited: number; readonly stalled: readonly string[] }[] = [];
    for (const [kind, size] of scores) {
      const { leaving, ...verdict } = await stop.after(remaining, async (_, judged) => ({
        value: judged.reduce((sum, { name }) => sum + (name === "kind" ? kind : size), 0) / judged.length,
        measures: judged.length,
      }));
      remaining = remaining.filter((task) => !leaving.includes(task));
      found.push(verdict);
    }
    return { found, remaining, state: stop.state() };
  }
  const together = async (scores: readonly number[]) =>
    (
      await verdicts(
        undefined,
        scores.map((score) => [score, score]),
      )
    ).found.at(-1)?.endsEarly;

  test("bears `patience` validations without a gain", async () => {
    expect(await together([0.5, 0.4])).toBe(false);
    expect(await together([0.5, 0.4, 0.45])).toBe(true);
    expect(await together([0.5, 0.4, 0.7, 0.4])).toBe(false);
  });
  test("counts no gain below `least`", async () => expect(await together([0.5, 0.55, 0.59])).toBe(true));
  test("NaN is never a gain", async () =>
    expect(
      (
        await verdicts(
          undefined,
          [Number.NaN, 0.5, Number.NaN].map((each) => [each, each]),
        )
      ).state,
    ).toEqual({
      best: 0.5,
      measures: 2,
      waited: 1,
    }));

  // `kind` has no gain after the first validation, `size` gains in the first three.
  const apart: [number, number][] = [
    [0.9, 0.1],
    [0.9, 0.3],
    [0.9, 0.5],
    [0.9, 0.5],
    [0.9, 0.5],
  ];
  test("of tasks together looks at their mean", async () =>
    expect((await verdicts("together", apart)).found.map(({ endsEarly }) => endsEarly)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]));
  test("of any task ends with the first one that no longer improves", async () =>
    expect((await verdicts("any", apart.slice(0, 3))).found.slice(1)).toEqual([
      { endsEarly: false, waited: 1, stalled: [] },
      { endsEarly: true, waited: 2, stalled: ["kind"] },
    ]));
  test("of all tasks ends with the last one, and one that improves again is not done", async () => {
    const again: [number, number][] = [...apart.slice(0, 3), [1.1, 0.5], [1.1, 0.5], [1.1, 0.5]];
    const ends = async (scores: [number, number][]) => (await verdicts("all", scores)).found.at(-1);
    expect(await ends(apart.slice(0, 4))).toMatchObject({ endsEarly: false, waited: 1, stalled: ["kind"] });
    expect(await ends(apart)).toMatchObject({ endsEarly: true, waited: 2, stalled: ["kind", "size"] });
    expect(await ends(again.slice(0, 5))).toMatchObject({ endsEarly: false, stalled: ["size"] });
    expect(await ends(again)).toMatchObject({ endsEarly: true });
  });
  test("of each task lets one go after another", async () => {
    expect(await verdicts("each", apart.slice(0, 4))).toMatchObject({
      remaining: ["size"],
      state: { best: null, waited: 0, tasks: { kind: { best: 0.9, waited: 2 }, size: { best: 0.5, waited: 1 } } },
    });
    expect(await verdicts("each", apart)).toMatchObject({ remaining: [] });
    expect((await verdicts("each", apart)).found.map(({ endsEarly }) => endsEarly).indexOf(true)).toBe(4);
  });
});

describe("the length of a stage", () => {
  const defaults = { batch: 4, accumulate: 1, sampler: { kind: "shuffled" } } as const;
  const sampled = [
    { name: "a", rows: 30, steps: 8 },
    { name: "b", rows: 14, steps: 4 },
  ];
  test("one task a step: all batches of all tasks", () =>
    expect(stageLength({ ...defaults, step: { kind: "one_task" }, epochs: 2 }, sampled)).toBe(24));
  test("joint: the longest task", () =>
    expect(stageLength({ ...defaults, step: { kind: "joint" }, epochs: 2 }, sampled)).toBe(16));
  test("joint with n of the tasks: the longest task, or an n-th of all batches", () =>
    expect(
      [1, 2, 3].map((tasks) => stageLength({ ...defaults, step: { kind: "joint", tasks }, epochs: 2 }, sampled)),
    ).toEqual([24, 16, 16]));
  test("parts of an epoch are rounded up", () =>
    expect(stageLength({ ...defaults, step: { kind: "one_task" }, epochs: 0.3 }, sampled)).toBe(4));
  test("steps are steps", () =>
    expect(stageLength({ ...defaults, step: { kind: "one_task" }, steps: 7 }, sampled)).toBe(7));
});
