import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Measure, selectedMeasures } from "../../../compiler/schema/selected-measures.ts";
import { metrics } from "../../metrics/index.ts";
import type { Baselines } from "./baselines.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";

/** How good a validation is, higher being better. */
export interface Score {
  readonly value: number;
  /** Of how many measures it is the mean. */
  readonly measures: number;
}

export interface Scored {
  /** Absent where nothing that is selected is measured and defined. */
  readonly score: Score | undefined;
  /** What is selected and measured, but has no part in the score. */
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
 * The mean of the measures that are selected (`selectedMeasures`) and defined. By `auto` each counts as the share that is reached of the way from
 * what a constant prediction gets to the best value there is, (m − baseline) ∕ (best − baseline), which has no unit; by its name a metric counts as it
 * is, negatively where lower is better. A validation of which more is defined is better than one of which less is: else it would gain by what it lacks.
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

/** What `auto` will leave out of every validation, as the baselines tell before there is one. */
export function withoutHope({ selector, tasks, baselines }: Selection): readonly LeftOut[] {
  const measured = selectedMeasures(selector, tasks).flatMap((measure) => {
    const baseline = baselines.get(measureKey(measure));
    return baseline === undefined ? [] : [{ ...measure, reason: withoutWay(measure, baseline) }];
  });
  // Where none has a way to go, metrics count as they are; what is not defined then has no value either.
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

/** The mean of what is selected as it is, negatively where lower is better; NaN if one is NaN. What samplers see of a task, and by what runs of before chose. */
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

/** A loss may have terms below 0; on the way from its baseline 0 is where it is headed. */
function bestOf({ kind }: Measure): number {
  return kind === "loss" ? 0 : metrics[kind].best;
}

function signed(measure: Measure, value: number): number {
  return betterOf(measure) === "higher" ? value : -value;
}

/** Why there is no way from the baseline to the best value, if there is none. */
function withoutWay(measure: Measure, baseline: number): LeftOut["reason"] | undefined {
  if (!Number.isFinite(baseline)) return "no baseline";
  return baseline === bestOf(measure) ? "perfect baseline" : undefined;
}

function whyLeftOut(value: number): LeftOut["reason"] | undefined {
  if (Number.isFinite(value)) return undefined;
  return Number.isNaN(value) ? "not defined" : "infinite";
}
