import { meanOf, meanOverTokens } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import { firstIsRelevant } from "./ranking.ts";
import { rankOf } from "./rank.ts";

export const accuracy: MetricDefinition<"accuracy"> = {
  better: "higher",
  best: 1,
  on: {
    category: () => meanOf(({ scores, target }) => (rankOf(target, scores) === 0 ? 1 : 0)),
    masked: () => meanOverTokens((scores, target) => (rankOf(target, scores) === 0 ? 1 : 0)),
    ranking: firstIsRelevant,
  },
};

/** For two classes, scikit-learn takes the second only where its score is the higher one. */
export const topK: MetricDefinition<"top_k"> = {
  better: "higher",
  best: 1,
  on: {
    category: ({ k }, { classes, topKTies }) =>
      meanOf(({ scores, target }) => (rankOf(target, scores, classes > 2 ? topKTies : "first") < k ? 1 : 0)),
    masked: ({ k }, { topKTies }) => meanOverTokens((scores, target) => (rankOf(target, scores, topKTies) < k ? 1 : 0)),
  },
};
