import type { ResolvedMetric, ResolvedTarget } from "./resolved.ts";

/** What is measured of a target where a task names no `metrics`; the first selects checkpoints. */
export const defaultMetrics: { readonly [Kind in ResolvedTarget["kind"]]: readonly ResolvedMetric[] } = {
  category: [{ kind: "accuracy" }],
  labels: [{ kind: "mean_average_precision" }],
  number: [{ kind: "rmse" }, { kind: "pearson" }],
  ranking: [{ kind: "accuracy" }, { kind: "mrr" }],
  masked: [{ kind: "accuracy" }, { kind: "perplexity" }],
};
