import { describe, expect, test } from "vitest";
import type { ResolvedMetric, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { afterValidation, isOver, noValidationYet } from "../../runtime/train/early-stop.ts";
import type { MeasuredValue } from "../../runtime/train/evaluate-split.ts";
import { scoreOf } from "../../runtime/train/selection.ts";
import { stageLength } from "../../runtime/train/stage-length.ts";
import { tasks } from "./tiny-program.ts";

const value = (task: string, name: string, measured: number, split: MeasuredValue["split"] = "validation"): MeasuredValue => ({ task, name, split, value: measured });
const values = [value("kind", "loss", 0.9), value("kind", "accuracy", 0.75), value("size", "loss", 3), value("size", "rmse", 0.5)];

describe("the score of a validation", () => {
  test("auto is the mean of each task's first metric, lower-is-better ones negative", () => expect(scoreOf("auto", values, { tasks })).toBeCloseTo((0.75 - 0.5) / 2));
  test("task.metric is that one", () => expect(scoreOf("size.rmse", values, { tasks })).toBe(-0.5));
  test("a task without metrics counts by its loss", () => {
    const bare: ResolvedTask = { ...(tasks["size"] as ResolvedTask), metrics: [] };
    expect(scoreOf("auto", [value("size", "loss", 3)], { tasks: { size: bare } })).toBe(-3);
  });
  test("never looks at test or train", () => expect(scoreOf("auto", [value("kind", "accuracy", 1, "test"), value("kind", "accuracy", 1, "train")], { tasks })).toBeUndefined());
  test("a metric that is listed twice is told apart by its options, and alone means the first", () => {
    const metrics: readonly ResolvedMetric[] = [{ kind: "f1", average: "macro" }, { kind: "f1", average: "micro" }];
    const both = { tasks: { kind: { ...(tasks["kind"] as ResolvedTask), metrics } } };
    const measured = [value("kind", "f1_macro", 0.2), value("kind", "f1_micro", 0.6)];
    expect(scoreOf("kind.f1_micro", measured, both)).toBe(0.6);
    expect(scoreOf("kind.f1", measured, both)).toBe(0.2);
    expect(scoreOf("auto", measured, both)).toBe(0.2);
  });
  test("task.loss is that loss, of which less is better", () => expect(scoreOf("kind.loss", values, { tasks })).toBe(-0.9));
  test("a metric's name alone is the mean over the tasks that have it", () => {
    expect(scoreOf("loss", values, { tasks })).toBeCloseTo(-(0.9 + 3) / 2);
    expect(scoreOf("accuracy", values, { tasks })).toBe(0.75);
    const sorts: { readonly [name: string]: ResolvedTask } = { ...tasks, sort: { ...(tasks["kind"] as ResolvedTask), name: "sort", metrics: [{ kind: "matthews" }, { kind: "accuracy" }] } };
    expect(scoreOf("accuracy", [...values, value("sort", "accuracy", 0.25), value("sort", "matthews", 1)], { tasks: sorts })).toBeCloseTo(0.5);
  });
  test("a metric of which lower is better counts negatively", () => {
    const calibrated = { tasks: { kind: { ...(tasks["kind"] as ResolvedTask), metrics: [{ kind: "calibration_error", bins: 15 }] as const } } };
    expect(scoreOf("kind.calibration_error", [value("kind", "calibration_error", 0.1)], calibrated)).toBe(-0.1);
  });
  test("a name that only begins like a metric's is none", () => expect(scoreOf("kind.accuracy_anything", values, { tasks })).toBeUndefined());
  test("one of the chosen that is NaN makes the score NaN", () => expect(scoreOf("loss", [value("kind", "loss", Number.NaN), value("size", "loss", 1)], { tasks })).toBeNaN());
});

describe("early stopping", () => {
  const settings = { kind: "early_stop", metric: "auto", patience: 2, least: 0.1 } as const;
  const after = (scores: readonly number[]) => scores.reduce((state, score) => afterValidation(state, score, settings), noValidationYet);
  test("bears `patience` validations without a gain", () => {
    expect(isOver(after([0.5, 0.4]), settings)).toBe(false);
    expect(isOver(after([0.5, 0.4, 0.45]), settings)).toBe(true);
    expect(isOver(after([0.5, 0.4, 0.7, 0.4]), settings)).toBe(false);
  });
  test("counts no gain below `least`", () => expect(isOver(after([0.5, 0.55, 0.59]), settings)).toBe(true));
  test("NaN is never a gain", () => expect(after([Number.NaN, 0.5, Number.NaN])).toEqual({ best: 0.5, waited: 1 }));
});

describe("the length of a stage", () => {
  const defaults = { batch: 4, accumulate: 1, sampler: { kind: "shuffled" } } as const;
  const sampled = [{ name: "a", rows: 30, steps: 8 }, { name: "b", rows: 14, steps: 4 }];
  test("one task a step: all batches of all tasks", () => expect(stageLength({ ...defaults, step: { kind: "one_task" }, epochs: 2 }, sampled)).toBe(24));
  test("joint: the longest task", () => expect(stageLength({ ...defaults, step: { kind: "joint" }, epochs: 2 }, sampled)).toBe(16));
  test("joint with n of the tasks: the longest task, or an n-th of all batches", () =>
    expect([1, 2, 3].map((tasks) => stageLength({ ...defaults, step: { kind: "joint", tasks }, epochs: 2 }, sampled))).toEqual([24, 16, 16]));
  test("parts of an epoch are rounded up", () => expect(stageLength({ ...defaults, step: { kind: "one_task" }, epochs: 0.3 }, sampled)).toBe(4));
  test("steps are steps", () => expect(stageLength({ ...defaults, step: { kind: "one_task" }, steps: 7 }, sampled)).toBe(7));
});
