import type { Rules } from "../../compiler/semantics.ts";
import type { ResolvedMetric } from "../../compiler/schema/resolved.ts";
import type { TargetKind } from "../../compiler/targets/target.ts";
import type { ObservedRow } from "./observed-row.ts";

/** Fed row by row over a split. */
export interface Metric<Kind extends TargetKind = TargetKind> {
  /** A row of weight w counts as w equal rows would (scikit-learn's `sample_weight`); w is above 0. */
  observe(row: ObservedRow[Kind], weight: number): void;
  /** NaN where it is not defined: without rows, or a correlation with a constant. */
  value(): number;
}

export type MetricOptions<Name extends ResolvedMetric["kind"]> = Extract<ResolvedMetric, { kind: Name }>;

/** What a metric has to know of its task. */
export interface MetricTask {
  /** How many classes a row of `category` or `labels` has scores of. */
  readonly classes: number;
  /** The place of a class among them, by its name; −1 where the data has no such class. */
  readonly placeOf: (name: string) => number;
  /** Which of equal scores `top_k` takes first. */
  readonly topKTies: Rules["topKTies"];
}

/** How a metric is measured on each kind of target that has it. */
export interface MetricDefinition<Name extends ResolvedMetric["kind"]> {
  readonly better: "higher" | "lower";
  /** The best value that there is. */
  readonly best: number;
  /** What a constant prediction gets by definition, where the formula has no value for one. */
  readonly ofConstant?: number;
  readonly on: { readonly [Kind in TargetKind]?: (options: MetricOptions<Name>, task: MetricTask) => Metric<Kind> };
}
