import { describe, expect, test } from "vitest";
import { renderChart } from "../../runtime/report/chart.ts";
import { samplerShares, stepValues, taskValues, validatedMetrics, validationCurve } from "../../runtime/report/series.ts";
import type { LoggedValue } from "../../runtime/metrics-log.ts";

const at = (step: number, more: Partial<LoggedValue>): LoggedValue => ({ step, epoch: 0, time: "2026-01-01T00:00:00.000Z", stage: "fit", task: null, split: "train", name: "loss", value: step, ...more });

describe("series of a run's log", () => {
  const long = Array.from({ length: 3200 }, (_, index) => at(index + 1, { task: index % 4 === 0 ? "a" : "b" }));

  test("a long curve keeps its mean and has few points", () => {
    const points = taskValues(long, "loss");
    expect(points.length).toBeLessThanOrEqual(2 * 160);
    for (const { step, value } of points) expect(value).toBeCloseTo(step, 9);
  });

  test("shares of a window add up to 1 and are those of the draws", () => {
    const points = samplerShares(long);
    for (const step of new Set(points.map((point) => point.step))) {
      const window = points.filter((point) => point.step === step);
      expect(window.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 9);
      expect(window.find(({ series }) => series === "a")?.value).toBeCloseTo(0.25, 9);
    }
  });

  test("shares of mixed steps are by rows", () => {
    const step = [at(1, { task: "a" }), at(1, { task: "a", name: "rows", value: 24 }), at(1, { task: "b" }), at(1, { task: "b", name: "rows", value: 8 })];
    expect(samplerShares(step).map(({ series, value }) => [series, value])).toEqual([["a", 0.75], ["b", 0.25]]);
  });

  test("what was not finite is left out, not drawn as zero", () => {
    expect(taskValues([at(1, { task: "a", value: null }), at(2, { task: "a", value: 3 })], "loss")).toEqual([{ step: 2, series: "a", value: 3 }]);
  });

  test("validation metrics are in the order of their first appearance, apart from training", () => {
    const events = [at(1, { task: "a" }), at(2, { task: "a", split: "validation", name: "f1" }), at(2, { task: "a", split: "validation", name: "accuracy", value: 0.5 })];
    expect(validatedMetrics(events)).toEqual(["f1", "accuracy"]);
    expect(validationCurve(events, "accuracy")).toEqual([{ step: 2, series: "a", value: 0.5 }]);
    expect(stepValues(events, "rate")).toEqual([]);
  });
});

test("a chart names itself and takes the page's colour; a name of a task is text, not markup", async () => {
  const svg = await renderChart({ label: "loss <b>", mark: "line", points: [{ step: 1, series: "<script>", value: 1 }, { step: 2, series: "b", value: 2 }] });
  expect(svg).toContain('aria-label="loss &lt;b&gt; by steps"');
  expect(svg).toContain("currentColor");
  expect(svg).not.toContain("<script");
});
