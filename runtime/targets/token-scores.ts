import { surprise } from "../metrics/rank.ts";
import { indicesAbove } from "./indices-above.ts";

/** Scores [P × V] of the tokens at each position, and the ids of the right ones; −1 for a position that does not count. */
export interface ScoredTokens {
  readonly scores: Float32Array;
  readonly target: Int32Array;
}

/** The scores over the vocabulary at one of the positions. */
export function scoresAt(scores: Float32Array, positions: number, index: number): Float32Array {
  const width = scores.length / positions;
  return scores.subarray(index * width, (index + 1) * width);
}

/** True if a score is NaN at a position that counts. */
export function hasNaN({ scores, target }: ScoredTokens): boolean {
  // This is a plain loop, because a callback for each of a split's millions of scores takes several times as long.
  const width = scores.length / target.length;
  for (let index = 0; index < scores.length; index++)
    if (Number.isNaN(scores[index]) && (target[Math.floor(index / width)] ?? -1) >= 0) return true;
  return false;
}

/** The mean over the positions that count of −log p of the right token. */
export function meanSurprise({ scores, target }: ScoredTokens): number {
  const losses = indicesAbove(target, -0.5).map((index) =>
    surprise(scoresAt(scores, target.length, index), target[index] ?? 0),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
