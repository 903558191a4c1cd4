import { meanOf } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";

export const mse: MetricDefinition<"mse"> = {
  better: "lower",
  best: 0,
  on: { number: () => meanOf(({ prediction, target }) => (prediction - target) ** 2) },
};

export const mae: MetricDefinition<"mae"> = {
  better: "lower",
  best: 0,
  on: { number: () => meanOf(({ prediction, target }) => Math.abs(prediction - target)) },
};

export const rmse: MetricDefinition<"rmse"> = {
  better: "lower",
  best: 0,
  on: { number: () => meanOf(({ prediction, target }) => (prediction - target) ** 2, Math.sqrt) },
};
