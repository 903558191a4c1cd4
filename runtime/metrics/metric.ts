import type { Rules } from "../../compiler/semantics.ts";
import type { ResolvedMetric } from "../../compiler/schema/resolved.ts";
import type { TargetKind } from "../../compiler/targets/target.ts";
import type { PairPool } from "./pair-pool.ts";
import type { ObservedRow } from "./observed-row.ts";

/** Fed row by row over a split. */
export interface Metric<Kind extends TargetKind = TargetKind> {
  /** A row of weight w counts as w equal rows would (scikit-learn's `sample_weight`); w is above 0. */
  observe(row: ObservedRow[Kind], weight: number): void;
  /** The value; NaN if it is not defined, for example without rows, or for a correlation with a constant. */
  value(): number;
}

export type MetricOptions<Name extends ResolvedMetric["kind"]> = Extract<ResolvedMetric, { kind: Name }>;

/** The facts about its task that a metric needs. */
export interface MetricTask {
  /** The number of classes for which a row of `category` or `labels` has scores. */
  readonly classes: number;
  /** The index of a class by its name; −1 if the data has no such class. */
  readonly placeOf: (name: string) => number;
  /** The name of a class by its index. */
  readonly nameOf: (index: number) => string;
  /** The pairs of a `contrastive` target, which its metrics share. */
  readonly pairs?: PairPool;
  /** The rule by which `top_k` orders equal scores. */
  readonly topKTies: Rules["topKTies"];
  /** The text of tokens. */
  readonly textOf: (ids: readonly number[]) => string;
}

/** A metric's measurement on each kind of target that has it. */
export interface MetricDefinition<Name extends ResolvedMetric["kind"]> {
  readonly better: "higher" | "lower";
  /** The best value that there is. */
  readonly best: number;
  /** The defined value for a constant prediction, if the formula has none. */
  readonly ofConstant?: number;
  /** True if it compares generated texts, which have to be generated then. */
  readonly ofGenerated?: true;
  readonly on: { readonly [Kind in TargetKind]?: (options: MetricOptions<Name>, task: MetricTask) => Metric<Kind> };
}
