/** How many classes come before `target` by falling score. Where of equal scores the first comes first, rank 0 is the arg max. */
export function rankOf(target: number, scores: Float32Array, ties: "first" | "last" = "first"): number {
  const own = scores[target] ?? -Infinity;
  const comesBefore = ties === "first" ? (index: number) => index < target : (index: number) => index > target;
  return scores.reduce(
    (rank, score, index) => (score > own || (score === own && comesBefore(index)) ? rank + 1 : rank),
    0,
  );
}

export function argmax(scores: Float32Array): number {
  let best = 0;
  for (const [index, score] of scores.entries()) if (score > (scores[best] ?? -Infinity)) best = index;
  return best;
}

/** softmax(scores), without overflow. */
export function shares(scores: Float32Array): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** −log softmax(scores) at the target, without overflow. */
export function surprise(scores: Float32Array, target: number): number {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
  return Math.log(sum) + largest - (scores[target] ?? Number.NaN);
}
