import type { ResolvedMetric, ResolvedTarget } from "./resolved.ts";

/** The targets that each metric supports. */
export const metricTargets: { readonly [Kind in ResolvedMetric["kind"]]: readonly ResolvedTarget["kind"][] } = {
  accuracy: ["category", "ranking", "masked", "sequence", "matching", "aligned"],
  top_k: ["category", "masked", "sequence"],
  f1: ["category", "labels"],
  precision: ["category", "labels"],
  recall: ["category", "labels"],
  calibration_error: ["category"],
  matthews: ["category"],
  mse: ["number", "vector"],
  mae: ["number", "vector"],
  rmse: ["number", "vector"],
  mape: ["number", "vector"],
  r2: ["number", "vector"],
  pearson: ["number"],
  spearman: ["number"],
  mean_average_precision: ["labels"],
  average_precision: ["category", "labels"],
  roc_auc: ["category", "labels"],
  mrr: ["ranking", "matching"],
  ndcg: ["ranking"],
  recall_at: ["ranking", "contrastive", "matching"],
  mean_recall: ["ranking", "contrastive", "matching"],
  median_rank: ["ranking", "contrastive", "matching"],
  perplexity: ["masked", "sequence"],
  exact_match: ["sequence"],
};
