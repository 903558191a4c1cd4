import { meanOf, meanOverTokens } from "./mean.ts";
import type { Metric, MetricDefinition } from "./metric.ts";
import { firstIsRelevant } from "./ranking.ts";
import { rankOf } from "./rank.ts";

function firstIsRight<Kind extends "category" | "aligned">(): Metric<Kind> {
  return meanOf(({ scores, target }) => (rankOf(target, scores) === 0 ? 1 : 0));
}

export const accuracy: MetricDefinition<"accuracy"> = {
  better: "higher",
  best: 1,
  on: {
    category: firstIsRight,
    aligned: firstIsRight,
    masked: () => meanOverTokens((scores, target) => (rankOf(target, scores) === 0 ? 1 : 0)),
    masked_classes: () => meanOverTokens((scores, target) => (rankOf(target, scores) === 0 ? 1 : 0)),
    sequence: () => meanOverTokens((scores, target) => (rankOf(target, scores) === 0 ? 1 : 0)),
    tags: () => meanOverTokens((scores, target) => (rankOf(target, scores) === 0 ? 1 : 0)),
    ranking: firstIsRelevant,
    matching: firstIsRelevant,
    choice: firstIsRelevant,
  },
};

/** With two classes, scikit-learn predicts the second one only if its score is higher. */
export const topK: MetricDefinition<"top_k"> = {
  better: "higher",
  best: 1,
  on: {
    category: ({ k }, { classes, topKTies }) =>
      meanOf(({ scores, target }) => (rankOf(target, scores, classes > 2 ? topKTies : "first") < k ? 1 : 0)),
    masked: ({ k }, { topKTies }) => meanOverTokens((scores, target) => (rankOf(target, scores, topKTies) < k ? 1 : 0)),
    masked_classes: ({ k }, { topKTies }) =>
      meanOverTokens((scores, target) => (rankOf(target, scores, topKTies) < k ? 1 : 0)),
    sequence: ({ k }, { topKTies }) =>
      meanOverTokens((scores, target) => (rankOf(target, scores, topKTies) < k ? 1 : 0)),
    tags: ({ k }, { topKTies }) => meanOverTokens((scores, target) => (rankOf(target, scores, topKTies) < k ? 1 : 0)),
  },
};
