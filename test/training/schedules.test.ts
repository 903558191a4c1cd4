import { describe, expect, test } from "vitest";
import type { ResolvedSchedule } from "../../compiler/schema/resolved.ts";
import type { Duration } from "../../compiler/schema/types.ts";
import { scheduleExpression } from "../../runtime/train/phase/schedule-expression.ts";
import { durationInSteps, scheduleFactor } from "../../runtime/train/phase/schedules.ts";

const steps = (value: number): Duration => ({ unit: "steps", value });
const share = (value: number): Duration => ({ unit: "share", value });
const curve = (schedule: ResolvedSchedule, total: number): number[] =>
  Array.from({ length: total }, (_, step) => scheduleFactor(schedule, { step, total }));

const floor = 0.1;
const every: readonly ResolvedSchedule[] = [
  { kind: "constant", warmup: steps(10) },
  { kind: "linear", warmup: steps(10), floor },
  { kind: "cosine", warmup: steps(10), floor },
  { kind: "step", warmup: steps(10), every: steps(30), factor: 0.5 },
  { kind: "inverse_sqrt", warmup: steps(10) },
];

describe("schedules", () => {
  test.each(every)("$kind is also an expression for other programs", (schedule) => {
    for (const warmup of [steps(10), steps(0), share(0.1), share(0)])
      for (const total of [1, 3, 45, 110]) {
        const own = { ...schedule, warmup };
        // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
        const at = new Function(
          "step",
          "total",
          `const { min, max, trunc, sqrt, cos, PI: pi } = Math; return ${scheduleExpression(own)}`,
        ) as (step: number, total: number) => number;
        for (let step = 0; step < total; step++)
          expect(at(step + 1, total)).toBeCloseTo(scheduleFactor(own, { step, total }), 14);
      }
  });

  test.each(every)("$kind rises linearly over its warm-up and is at its top at the end of it", (schedule) => {
    const factors = curve(schedule, 110);
    for (let step = 0; step < 10; step++) expect(factors[step]).toBeCloseTo((step + 1) / 10, 12);
    expect(Math.max(...factors)).toBe(1);
  });

  test.each(every)("$kind takes a warm-up as a share of the stage", (schedule) => {
    expect(curve({ ...schedule, warmup: share(0.25) }, 40)).toEqual(curve({ ...schedule, warmup: steps(10) }, 40));
  });

  test.each(every)("$kind needs no warm-up", (schedule) => {
    expect(scheduleFactor({ ...schedule, warmup: steps(0) }, { step: 0, total: 100 })).toBe(1);
  });

  test("linear falls in a line to its floor", () => {
    const total = 110;
    curve({ kind: "linear", warmup: steps(10), floor }, total)
      .slice(10)
      .forEach((factor, since) => {
        expect(factor).toBeCloseTo(1 - (0.9 * since) / 100, 12);
      });
    expect(scheduleFactor({ kind: "linear", warmup: steps(10), floor }, { step: total, total })).toBeCloseTo(floor, 12);
  });

  test("cosine is half way down in the middle and at its floor at the end", () => {
    const schedule: ResolvedSchedule = { kind: "cosine", warmup: steps(10), floor };
    expect(scheduleFactor(schedule, { step: 60, total: 110 })).toBeCloseTo((1 + floor) / 2, 12);
    expect(scheduleFactor(schedule, { step: 110, total: 110 })).toBeCloseTo(floor, 12);
    // Loshchilov & Hutter, 2017, eq. 5.
    expect(scheduleFactor(schedule, { step: 35, total: 110 })).toBeCloseTo(
      floor + 0.5 * (1 - floor) * (1 + Math.cos(Math.PI / 4)),
      12,
    );
  });

  test("step falls after every `every`", () => {
    const factors = curve({ kind: "step", warmup: steps(0), every: share(0.25), factor: 0.5 }, 40);
    expect(factors).toEqual(factors.map((_, step) => 0.5 ** Math.floor(step / 10)));
  });

  test("inverse_sqrt is Vaswani's min(n⁻½, n·w^−1½), scaled to 1 at its top", () => {
    curve({ kind: "inverse_sqrt", warmup: steps(16) }, 200).forEach((factor, step) => {
      const n = step + 1;
      expect(factor).toBeCloseTo(Math.sqrt(16) * Math.min(n ** -0.5, n * 16 ** -1.5), 12);
    });
  });

  test("a share is rounded to whole updates", () => {
    expect(durationInSteps(share(0.05), 30)).toBe(2);
    expect(durationInSteps(steps(7), 30)).toBe(7);
  });
});
