// These are plain loops, because a callback for each score takes several times as long, and a split has millions of
// scores.

/**
 * The number of classes that come before `target` by falling score. If the first of equal scores comes first, rank 0 is
 * the arg max.
 */
export function rankOf(target: number, scores: Float32Array, ties: "first" | "last" = "first"): number {
  const own = scores[target] ?? -Infinity;
  let rank = 0;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index] ?? Number.NaN;
    if (score > own || (score === own && (ties === "first" ? index < target : index > target))) rank++;
  }
  return rank;
}

export function argmax(scores: Float32Array): number {
  let best = 0;
  for (let index = 0; index < scores.length; index++)
    if ((scores[index] ?? -Infinity) > (scores[best] ?? -Infinity)) best = index;
  return best;
}

/** softmax(scores), without overflow. */
export function shares(scores: Float32Array): Float64Array {
  const largest = largestOf(scores);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** −log softmax(scores) at the target, without overflow. */
export function surprise(scores: Float32Array, target: number): number {
  const largest = largestOf(scores);
  let sum = 0;
  for (let index = 0; index < scores.length; index++) sum += Math.exp((scores[index] ?? Number.NaN) - largest);
  return Math.log(sum) + largest - (scores[target] ?? Number.NaN);
}

/** The largest score; NaN if one is NaN. */
function largestOf(scores: Float32Array): number {
  let largest = -Infinity;
  for (let index = 0; index < scores.length; index++) largest = Math.max(largest, scores[index] ?? Number.NaN);
  return largest;
}
