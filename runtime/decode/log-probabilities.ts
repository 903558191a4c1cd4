import type { MayFollow, NextTokens } from "./next-tokens.ts";

/** The row of a text in the logits of all texts. */
export function logitsOf({ vocabulary }: NextTokens, logits: Float32Array, row: number): Float32Array {
  return logits.subarray(row * vocabulary, (row + 1) * vocabulary);
}

/** The logarithm of each token's probability; −∞ for tokens that may not follow. */
export function logProbabilities(logits: Float32Array, mayFollow: ReturnType<MayFollow>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const total = largest + Math.log(sum);
  return Float64Array.from(logits, (logit, token) => (mayFollow(token) ? logit - total : Number.NEGATIVE_INFINITY));
}

/** The indices of the largest values, the largest first; of equal ones the first. */
export function largest(values: Float64Array, count: number): readonly number[] {
  const best: number[] = [];
  for (const [index, value] of values.entries()) {
    if (best.length === count && value <= (values[best.at(-1) ?? 0] ?? 0)) continue;
    let at = best.length;
    while (at > 0 && value > (values[best[at - 1] ?? 0] ?? 0)) at--;
    best.splice(at, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}
