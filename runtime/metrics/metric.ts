import type { Rules } from "../../compiler/semantics.ts";
import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";

/** One row as a metric sees it, by the kind of its target. Arrays are views that the next row overwrites. */
export interface ObservedRow {
  category: { readonly scores: Float32Array; readonly target: number };
  labels: { readonly scores: Float32Array; readonly target: Float32Array };
  number: { readonly prediction: number; readonly target: number };
  /** Of each candidate; a relevance of −1 where there is none. */
  ranking: { readonly scores: Float32Array | Float64Array; readonly relevance: Float32Array | Float64Array };
  /** Scores [P × V] of the tokens in each hidden place, and their ids, −1 where there is none. */
  masked: { readonly scores: Float32Array; readonly target: Int32Array };
}

export type TargetKind = ResolvedTarget["kind"];

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
