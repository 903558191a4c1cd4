import { meanOf } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import { ofNumbers } from "./of-numbers.ts";

export const mse: MetricDefinition<"mse"> = {
  better: "lower",
  best: 0,
  on: ofNumbers(() => meanOf(({ prediction, target }) => (prediction - target) ** 2)),
};

export const mae: MetricDefinition<"mae"> = {
  better: "lower",
  best: 0,
  on: ofNumbers(() => meanOf(({ prediction, target }) => Math.abs(prediction - target))),
};

export const rmse: MetricDefinition<"rmse"> = {
  better: "lower",
  best: 0,
  on: ofNumbers(() => meanOf(({ prediction, target }) => (prediction - target) ** 2, Math.sqrt)),
};

/**
 * The definition is scikit-learn's: a target of 0 divides by the least difference from 1 that a double has, so that it
 * makes the mean very large.
 */
export const mape: MetricDefinition<"mape"> = {
  better: "lower",
  best: 0,
  on: ofNumbers(() =>
    meanOf(({ prediction, target }) => Math.abs(prediction - target) / Math.max(Math.abs(target), Number.EPSILON)),
  ),
};
