import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import { accuracy, topK } from "./accuracy.ts";
import { averagePrecisionOfClass, meanAveragePrecision, recallAtIou } from "./average-precision.ts";
import { bleu } from "./bleu.ts";
import { calibrationError } from "./calibration.ts";
import { chrf } from "./chrf.ts";
import { iouAt, meanIou } from "./chosen-region.ts";
import { pearson, r2, spearman } from "./correlation.ts";
import { mae, mape, mse, rmse } from "./errors.ts";
import { exactMatch } from "./exact-match.ts";
import { f1, precision, recall } from "./f1.ts";
import { matthews } from "./matthews.ts";
import { PairPool } from "./pair-pool.ts";
import { perplexity } from "./perplexity.ts";
import type { Metric, MetricDefinition, MetricTask } from "./metric.ts";
import { meanRecallMetric, medianRank, recallAt } from "./retrieval.ts";
import { rocAuc } from "./roc-auc.ts";
import { rougeL } from "./rouge-l.ts";
import { softAccuracy } from "./soft-accuracy.ts";
import { spanF1 } from "./span-f1.ts";
import { mrr, ndcg } from "./ranking.ts";

export const metrics: { readonly [Name in ResolvedMetric["kind"]]: MetricDefinition<Name> } = {
  accuracy,
  top_k: topK,
  f1,
  precision,
  recall,
  matthews,
  calibration_error: calibrationError,
  mse,
  mae,
  rmse,
  mape,
  r2,
  pearson,
  spearman,
  mean_average_precision: meanAveragePrecision,
  average_precision: averagePrecisionOfClass,
  recall_at_iou: recallAtIou,
  roc_auc: rocAuc,
  mrr,
  ndcg,
  perplexity,
  mean_iou: meanIou,
  iou_at: iouAt,
  soft_accuracy: softAccuracy,
  recall_at: recallAt,
  mean_recall: meanRecallMetric,
  median_rank: medianRank,
  exact_match: exactMatch,
  bleu,
  chrf,
  rouge_l: rougeL,
  span_f1: spanF1,
};

/** The pairs of a task that its metrics share, if it has pairs. */
export function pairsOf(target: ResolvedTarget): Pick<MetricTask, "pairs"> {
  return target.kind === "contrastive" ? { pairs: new PairPool(target) } : {};
}

/** Creates a metric of a task, to observe rows of its target. By default every output has a class without a name. */
export function openMetric(
  options: ResolvedMetric,
  target: ResolvedTarget,
  task: MetricTask = {
    classes: targetOf(target).classes?.count ?? 1,
    placeOf: () => -1,
    nameOf: String,
    topKTies: "last",
    ...pairsOf(target),
    textOf: String,
  },
): Metric {
  const { on } = metrics[options.kind];
  const open = on[target.kind] as ((options: ResolvedMetric, task: MetricTask) => Metric) | undefined;
  if (!open)
    throw new Error(`metric ${options.kind} is not defined on ${target.kind}; the checker should have refused it`);
  return open(options, task);
}
