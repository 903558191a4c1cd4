import { meanOverTokens } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import { surprise } from "./rank.ts";

export const perplexity: MetricDefinition<"perplexity"> = {
  better: "lower",
  best: 1,
  on: {
    masked: () => meanOverTokens(surprise, Math.exp),
    masked_classes: () => meanOverTokens(surprise, Math.exp),
    tags: () => meanOverTokens(surprise, Math.exp),
    sequence: () => meanOverTokens(surprise, Math.exp),
  },
};
