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
  // This is a plain loop, because a callback for each token of a vocabulary takes several times as long.
  const shares = new Float64Array(logits.length);
  for (let token = 0; token < shares.length; token++)
    shares[token] = mayFollow(token) ? (logits[token] ?? 0) - total : Number.NEGATIVE_INFINITY;
  return shares;
}

/** The indices of the largest values, the largest first; of equal ones the first. */
export function largest(values: Float64Array, count: number): readonly number[] {
  const best: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (best.length === count && value <= least) continue;
    let at = best.length;
    while (at > 0 && value > (values[best[at - 1] ?? 0] ?? 0)) at--;
    best.splice(at, 0, index);
    if (best.length > count) best.pop();
    least = values[best.at(-1) ?? 0] ?? 0;
  }
  return best;
}
