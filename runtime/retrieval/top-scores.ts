/** The indices of the `count` highest scores, the highest first; of equal scores the earlier one is first, and NaN is last. */
export function topScores(scores: Float32Array, count: number): readonly number[] {
  const best: number[] = [];
  const valueOf = (index: number): number => {
    const score = scores[index] ?? Number.NaN;
    return Number.isNaN(score) ? -Infinity : score;
  };
  for (const index of scores.keys()) {
    const score = valueOf(index);
    if (best.length === count && score <= valueOf(best[count - 1] ?? index)) continue;
    let at = best.length;
    while (at > 0 && score > valueOf(best[at - 1] ?? index)) at -= 1;
    best.splice(at, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}
