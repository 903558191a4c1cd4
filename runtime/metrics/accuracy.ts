import { meanOf, meanOverTokens } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import { firstIsRelevant } from "./ranking.ts";
import { rankOf } from "./rank.ts";

export const accuracy: MetricDefinition<"accuracy"> = {
  better: "higher",
  on: {
    category: () => meanOf(({ scores, target }) => (rankOf(target, scores) === 0 ? 1 : 0)),
    masked: () => meanOverTokens((scores, target) => (rankOf(target, scores) === 0 ? 1 : 0)),
    ranking: firstIsRelevant,
  },
};

export const topK: MetricDefinition<"top_k"> = {
  better: "higher",
  on: {
    category: ({ k }) => meanOf(({ scores, target }) => (rankOf(target, scores) < k ? 1 : 0)),
    masked: ({ k }) => meanOverTokens((scores, target) => (rankOf(target, scores) < k ? 1 : 0)),
  },
};
