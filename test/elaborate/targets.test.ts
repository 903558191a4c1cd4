import { expect, test } from "vitest";
import { metricTargets } from "../../compiler/schema/metric-targets.ts";
import { losses } from "../../compiler/schema/losses.ts";
import type { ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { TargetKind } from "../../compiler/targets/target.ts";
import { runtimeTargetOf } from "../../runtime/targets/index.ts";
import { targets } from "../metrics/measure.ts";

const all = Object.entries(targets).map(([kind, make]): [TargetKind, ResolvedTarget] => [kind as TargetKind, make(3)]);

test("every loss is for a target, so that none is unreachable", () => {
  const reachable = new Set(all.flatMap(([, target]) => targetOf(target).losses));
  expect(Object.keys(losses).filter((loss) => !reachable.has(loss as keyof typeof losses))).toEqual([]);
});

test.each(all)("the default metrics of %s are metrics of it", (kind, target) => {
  for (const metric of targetOf(target).defaultMetrics) expect(metricTargets[metric.kind]).toContain(kind);
});

test.each(all)("%s is read from a column or made of modalities, by the compiler and by the reader", (_, target) => {
  const { column, madeOf } = targetOf(target);
  expect(column !== undefined || madeOf !== undefined).toBe(true);
  expect(runtimeTargetOf(target).column === undefined).toBe(column === undefined);
});
