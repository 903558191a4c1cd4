import { dot } from "../metrics/pair-pool.ts";
import type { Matcher } from "./matcher.ts";
import type { Tower } from "./tower.ts";

/** Scores of pairs by the dot product of their vectors. */
export function towerMatcher(query: Tower, candidate: Tower): Matcher<Float32Array, Float32Array> {
  return {
    query,
    candidate,
    scores: (vector, candidates) => {
      const scores = new Float32Array(candidates.length);
      // A plain loop, because there may be a million candidates.
      for (const [at, candidate] of candidates.entries()) scores[at] = dot(vector, candidate);
      return Promise.resolve(scores);
    },
  };
}

/** Says why a vector of a side is not of this side alone; `undefined` if each is. */
export function whyNotTowers(first: Tower, second: Tower): string | undefined {
  for (const [one, other] of [
    [first, second],
    [second, first],
  ] as const)
    if (one.reads.includes(other.modality))
      return `The vector of ${one.modality} in task ${one.task.name} is computed from ${other.modality} too.`;
  return undefined;
}
