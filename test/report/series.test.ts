import { describe, expect, test } from "vitest";
import { type Chart, renderChart } from "../../runtime/report/chart.ts";
import { figure } from "../../runtime/report/figure.ts";
import { lookOf } from "../../runtime/report/series-look.ts";
import { samplerShares, stopMarks } from "../../runtime/report/sampler-shares.ts";
import {
  scaledByTask,
  stageBegins,
  stepValues,
  taskValues,
  validatedMetrics,
  validationCurve,
} from "../../runtime/report/series.ts";
import type { LoggedValue } from "../../runtime/run/metrics-log.ts";

const at = (step: number, more: Partial<LoggedValue>): LoggedValue => ({
  step,
  epoch: 0,
  time: "2026-01-01T00:00:00.000Z",
  stage: "fit",
  task: null,
  split: "train",
  name: "loss",
  value: step,
  ...more,
});

describe("series of a run's log", () => {
  const long = Array.from({ length: 3200 }, (_, index) => at(index + 1, { task: index % 4 === 0 ? "a" : "b" }));

  test("a long curve keeps its mean and has few points", () => {
    const points = taskValues(long, "loss");
    expect(points.length).toBeLessThanOrEqual(2 * 160);
    for (const { step, value } of points) expect(value).toBeCloseTo(step, 9);
  });

  test("curves of tasks of very different size are shares of their first values, others are as they are", () => {
    const curves = (price: number) =>
      [1, 2].flatMap((step) => [
        { step, series: "genre", value: 0.8 / step },
        { step, series: "price", value: price / step },
      ]);
    const { points, scales } = scaledByTask(curves(1400));
    expect(points.map(({ value }) => value)).toEqual([1, 1, 0.5, 0.5]);
    expect([...scales]).toEqual([
      ["price", 1400],
      ["genre", 0.8],
    ]);
    expect(scaledByTask(curves(4))).toEqual({ points: curves(4), scales: new Map() });
  });

  test("bands of a stretch stand on each other, fill it, and are as high as the draws; stretches follow each other", () => {
    const shares = samplerShares(long, ["a", "b"]);
    for (const from of new Set(shares.map((share) => share.from))) {
      const [below, above] = shares.filter((share) => share.from === from);
      expect([below?.task, below?.low, above?.task, above?.high]).toEqual(["b", 0, "a", 1]);
      expect(below?.high).toBeCloseTo(0.75, 9);
      expect(above?.low).toBe(below?.high);
    }
    const stretches = [...new Set(shares.map(({ from, to }) => `${from} ${to}`))].map((stretch) =>
      stretch.split(" ").map(Number),
    );
    expect(stretches.map(([, to]) => to)).toEqual([...stretches.slice(1).map(([from]) => from), 3200]);
  });

  test("shares of mixed steps are by rows", () => {
    const step = [
      at(1, { task: "a" }),
      at(1, { task: "a", name: "rows", value: 24 }),
      at(1, { task: "b" }),
      at(1, { task: "b", name: "rows", value: 8 }),
    ];
    expect(samplerShares(step, ["a", "b"]).map(({ task, low, high }) => [task, high - low])).toEqual([
      ["b", 0.25],
      ["a", 0.75],
    ]);
  });

  test("a stage begins a stretch of its own", () => {
    const stages = Array.from({ length: 320 }, (_, index) =>
      at(index + 1, { task: "a", stage: index < 30 ? "first" : "second" }),
    );
    expect(
      samplerShares(stages, ["a"])
        .slice(0, 3)
        .map(({ from, to }) => [from, to]),
    ).toEqual([
      [0, 20],
      [20, 30],
      [30, 40],
    ]);
    expect(stageBegins(stages.map((event) => ({ ...event, task: null, name: "rate" })))).toEqual([
      { stage: "first", step: 0 },
      { stage: "second", step: 30 },
    ]);
  });

  test("a stop and a go are marked where they happen, in the middle of what the task has from there on", () => {
    const stopped = (step: number, task: string, value: number) => at(step, { task, name: "sampler/stopped", value });
    const status = [
      stopped(100, "a", 0),
      stopped(100, "b", 0),
      stopped(200, "a", 1),
      stopped(200, "b", 0),
      stopped(400, "a", 1),
      stopped(3200, "a", 0),
    ];
    const marks = stopMarks(status, samplerShares(long, ["a", "b"]));
    expect(marks.map(({ step, task, kind }) => [step, task, kind])).toEqual([
      [200, "a", "stop"],
      [3200, "a", "go"],
    ]);
    for (const { height } of marks) expect(height).toBeCloseTo(0.875, 9);
  });

  test("a task that leaves is marked at the end of its band", () => {
    const joint = Array.from({ length: 40 }, (_, index) => index + 1).flatMap((step) =>
      step <= 30 ? [at(step, { task: "a" }), at(step, { task: "b" })] : [at(step, { task: "a" })],
    );
    const left = at(30, { task: "b", name: "early_stop/left", value: 1 });
    const shares = samplerShares([...joint, left], ["a", "b"]);
    expect(stopMarks([left], shares)).toEqual([{ step: 30, task: "b", kind: "leave", height: 0.25 }]);
    expect(shares.filter(({ task }) => task === "b").at(-1)).toMatchObject({ to: 30, low: 0, high: 0.5 });
    expect(shares.at(-1)).toMatchObject({ task: "a", to: 40, low: 0, high: 1 });
  });

  test("a stop begins a stretch of its own, so that the share after it is not blurred by what was before", () => {
    const stopped = [
      at(30, { task: "a", name: "sampler/stopped", value: 1 }),
      at(50, { task: "a", name: "sampler/stopped", value: 0 }),
    ];
    const turns = Array.from({ length: 320 }, (_, index) =>
      at(index + 1, { task: index >= 30 && index < 50 && index % 10 !== 0 ? "b" : "a" }),
    );
    const shares = samplerShares([...turns, ...stopped], ["a", "b"]).filter(({ task }) => task === "a");
    expect(shares.slice(0, 5).map(({ from, to, low, high }) => [from, to, Math.round(100 * (high - low))])).toEqual([
      [0, 20, 100],
      [20, 30, 100],
      [30, 40, 10],
      [40, 50, 10],
      [50, 60, 100],
    ]);
  });

  test("what was not finite is left out, not drawn as zero", () => {
    expect(taskValues([at(1, { task: "a", value: null }), at(2, { task: "a", value: 3 })], "loss")).toEqual([
      { step: 2, series: "a", value: 3 },
    ]);
  });

  test("validation metrics are in the order of their first appearance, apart from training", () => {
    const events = [
      at(1, { task: "a" }),
      at(2, { task: "a", split: "validation", name: "f1" }),
      at(2, { task: "a", split: "validation", name: "accuracy", value: 0.5 }),
    ];
    expect(validatedMetrics(events)).toEqual(["f1", "accuracy"]);
    expect(validationCurve(events, "accuracy")).toEqual([{ step: 2, series: "a", value: 0.5 }]);
    expect(stepValues(events, "rate")).toEqual([]);
  });
});

const frame = { tasks: ["a", "b", "c"], steps: 2, begins: [] };
const curveOf = (...series: readonly string[]): Chart => ({
  kind: "curves",
  label: "loss <b>",
  points: series.flatMap((each) => [
    { step: 1, series: each, value: 1 },
    { step: 2, series: each, value: 2 },
  ]),
});

test("a chart names itself and takes the page's colour; a name of a task is text, not markup", async () => {
  const html = await figure(curveOf("<script>", "b"), { ...frame, tasks: ["<script>", "b"] });
  expect(html).toContain('aria-label="loss &lt;b&gt; by steps"');
  expect(html).toContain("currentColor");
  expect(html).toContain("&lt;script&gt;");
  expect(html).not.toContain("<script");
});

test("a task has its colour in every chart, alone as with others, and is told apart from any other of sixteen", async () => {
  const colourOf = async (chart: Chart): Promise<readonly string[]> =>
    [...(await renderChart(chart, frame)).matchAll(/<path aria-label="step: 1;[^>]*fill="(#\w+)"/g)].map(
      ([, colour]) => colour ?? "",
    );
  const [, ofB] = await colourOf(curveOf("a", "b"));
  expect(ofB).toBeDefined();
  expect(await colourOf(curveOf("b"))).toEqual([ofB]);
  const many = Array.from({ length: 16 }, (_, index) => `task ${index}`);
  expect(new Set(many.map((task) => JSON.stringify(lookOf(task, many)))).size).toBe(16);
});

test("a curve of one task among several says whose it is; of a model's only task there is nothing to say", async () => {
  expect(await figure(curveOf("b"), frame)).toMatch(/<li>.*b<\/li>/);
  expect(await figure(curveOf("b"), { ...frame, tasks: ["b"] })).not.toContain("<li>");
});
