/** How many classes come before `target` by falling score; of equal scores the lower index comes first, so rank 0 is the arg max. */
export function rankOf(target: number, scores: Float32Array): number {
  const own = scores[target] ?? -Infinity;
  return scores.reduce((rank, score, index) => (score > own || (score === own && index < target) ? rank + 1 : rank), 0);
}

export function argmax(scores: Float32Array): number {
  let best = 0;
  for (const [index, score] of scores.entries()) if (score > (scores[best] ?? -Infinity)) best = index;
  return best;
}
