import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Measure, selectedMeasures } from "../../../compiler/schema/selected-measures.ts";
import { metrics } from "../../metrics/index.ts";
import type { Baselines } from "./baselines.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";

/** The quality of a validation; higher is better. */
export interface Score {
  readonly value: number;
  /** The number of measures of which it is the mean. */
  readonly measures: number;
}

export interface Scored {
  /** Absent if no selected measure is measured and defined. */
  readonly score: Score | undefined;
  /** Measures that are selected and measured, but have no part in the score. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut extends Measure {
  readonly reason: "not defined" | "infinite" | "no baseline" | "perfect baseline";
}

/** The measures of a validation that are selected, and how each of them counts. */
export interface Selection {
  readonly selector: string;
  readonly tasks: readonly Pick<ResolvedTask, "name" | "metrics">[];
  readonly baselines: Baselines;
}

/**
 * The mean of the selected measures (`selectedMeasures`) that are defined. With `auto`, each counts as the fraction of
 * the way from the value of a constant prediction to the best possible value, (m − baseline) ∕ (best − baseline), which
 * has no unit. A metric that is selected by name counts as it is, negated if lower is better. A validation with more
 * defined measures is better than one with fewer, because it would otherwise gain from an undefined one.
 */
export function scoreOf({ selector, tasks, baselines }: Selection, values: readonly MeasuredValue[]): Scored {
  const measured = selectedMeasures(selector, tasks).flatMap((measure) => {
    const found = values.find(
      ({ task, name, split }) => split === "validation" && task === measure.task && name === measure.name,
    );
    return found ? [{ measure, value: found.value, baseline: baselines.get(measureKey(measure)) ?? Number.NaN }] : [];
  });
  const isPlain =
    selector !== "auto" || measured.every(({ measure, baseline }) => withoutWay(measure, baseline) !== undefined);
  const judged = measured.map(({ measure, value, baseline }) => {
    const reason = (isPlain ? undefined : withoutWay(measure, baseline)) ?? whyLeftOut(value);
    return {
      ...measure,
      reason,
      counts: isPlain ? signed(measure, value) : (value - baseline) / (bestOf(measure) - baseline),
    };
  });
  const counted = judged.filter(({ reason }) => reason === undefined);
  const leftOut = judged.flatMap(({ task, name, kind, reason }): readonly LeftOut[] =>
    reason === undefined ? [] : [{ task, name, kind, reason }],
  );
  const mean = counted.reduce((sum, { counts }) => sum + counts, 0) / counted.length;
  return { score: counted.length === 0 ? undefined : { value: mean, measures: counted.length }, leftOut };
}

/** The measures that `auto` will leave out of every validation, which the baselines show before the first one. */
export function withoutHope({ selector, tasks, baselines }: Selection): readonly LeftOut[] {
  const measured = selectedMeasures(selector, tasks).flatMap((measure) => {
    const baseline = baselines.get(measureKey(measure));
    return baseline === undefined ? [] : [{ ...measure, reason: withoutWay(measure, baseline) }];
  });
  // If no measure can improve on its baseline, metrics count as they are; one that is not defined has no value then
  // either.
  const isPlain = measured.every(({ reason }) => reason !== undefined);
  return measured.flatMap(({ reason, ...measure }) =>
    reason === undefined || (isPlain && reason === "perfect baseline") ? [] : [{ ...measure, reason }],
  );
}

export function isBetter({ value, measures }: Score, than: Score | null, least = 0): boolean {
  if (Number.isNaN(value)) return false;
  if (than === null) return true;
  return measures === than.measures ? value > than.value + least : measures > than.measures;
}

/**
 * The mean of the selected measures, negated where lower is better; NaN if one is NaN. Samplers receive it for a task,
 * and runs of semantics 1 selected by it.
 */
export function plainScore(
  selector: string,
  tasks: Selection["tasks"],
  values: readonly MeasuredValue[],
): number | undefined {
  const scores = selectedMeasures(selector, tasks).flatMap((measure) => {
    const found = values.find(
      ({ task, name, split }) => split === "validation" && task === measure.task && name === measure.name,
    );
    return found ? [signed(measure, found.value)] : [];
  });
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

export function measureKey({ task, name }: Pick<Measure, "task" | "name">): string {
  return `${task}.${name}`;
}

export function betterOf({ kind }: Measure): "higher" | "lower" {
  return kind === "loss" ? "lower" : metrics[kind].better;
}

/** The best possible value of a measure, its bound. That of a loss is taken as 0, although terms of it may be negative. */
export function bestOf({ kind }: Measure): number {
  return kind === "loss" ? 0 : metrics[kind].best;
}

function signed(measure: Measure, value: number): number {
  return betterOf(measure) === "higher" ? value : -value;
}

/**
 * The reason why the fraction of the way from the baseline to the best value is undefined; `undefined` if it is
 * defined.
 */
function withoutWay(measure: Measure, baseline: number): LeftOut["reason"] | undefined {
  if (!Number.isFinite(baseline)) return "no baseline";
  return baseline === bestOf(measure) ? "perfect baseline" : undefined;
}

function whyLeftOut(value: number): LeftOut["reason"] | undefined {
  if (Number.isFinite(value)) return undefined;
  return Number.isNaN(value) ? "not defined" : "infinite";
}
