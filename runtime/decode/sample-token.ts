import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import type { Generator } from "../random/generator.ts";
import type { ChooseToken } from "./one-by-one.ts";

type Sample = Extract<ResolvedDecoding, { readonly kind: "sample" }>;

/**
 * Draws a token. The temperature comes first, then the `top_k` most probable tokens are kept, and of these the fewest
 * whose probabilities sum to `top_p`.
 */
export function tokenSampler(
  { temperature, top_k: most, top_p: share }: Pick<Sample, "temperature" | "top_k" | "top_p">,
  random: Pick<Generator, "uniform">,
): ChooseToken {
  return (logProbabilities) => {
    const order = [...logProbabilities.keys()]
      .filter((token) => logProbabilities[token] !== Number.NEGATIVE_INFINITY)
      .sort((one, other) => (logProbabilities[other] ?? 0) - (logProbabilities[one] ?? 0) || one - other)
      .slice(0, most);
    const first = logProbabilities[order[0] ?? 0] ?? 0;
    const powers = order.map((token) => Math.exp(((logProbabilities[token] ?? 0) - first) / temperature));
    const total = powers.reduce((sum, power) => sum + power, 0);
    let kept = 0;
    let sum = 0;
    while (kept < order.length && (kept === 0 || sum < share * total)) sum += powers[kept++] ?? 0;
    let left = random.uniform() * sum;
    for (let index = 0; index < kept; index++) {
      left -= powers[index] ?? 0;
      if (left < 0) return order[index] ?? 0;
    }
    return order[kept - 1] ?? 0;
  };
}
