import { meanOverTokens } from "./mean.ts";
import type { MetricDefinition } from "./metric.ts";

/** −log softmax(scores) at the target, without overflow. */
function surprise(scores: Float32Array, target: number): number {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
  return Math.log(sum) + largest - (scores[target] ?? Number.NaN);
}

export const perplexity: MetricDefinition<"perplexity"> = {
  better: "lower",
  on: { masked: () => meanOverTokens(surprise, Math.exp) },
};
