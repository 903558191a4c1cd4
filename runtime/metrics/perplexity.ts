import { meanOverTokens } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";
import { surprise } from "./rank.ts";

export const perplexity: MetricDefinition<"perplexity"> = {
  better: "lower",
  on: { masked: () => meanOverTokens(surprise, Math.exp) },
};
