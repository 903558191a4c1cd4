import type { ObservedRow, TargetKind } from "../metrics/metric.ts";
import { surprise } from "../metrics/rank.ts";

/**
 * How wrong each row is, to find the worst ones: the default loss of its kind of target, from what was predicted. A task's own loss orders rows
 * of one target alike, or nearly so (`focal`, `mae` and `huber` grow with it), and its graph gives the mean of a batch only.
 */
export const rowLoss: { readonly [Kind in TargetKind]: (row: ObservedRow[Kind]) => number } = {
  category: ({ scores, target }) => surprise(scores, target),
  labels: ({ scores, target }) =>
    scores.reduce(
      (sum, score, of) => sum + Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - score * (target[of] ?? 0),
      0,
    ) / scores.length,
  number: ({ prediction, target }) => (prediction - target) ** 2,
  ranking: ({ scores, relevance }) => {
    const there = [...relevance.keys()].filter((candidate) => (relevance[candidate] ?? -1) >= 0);
    const own = Float32Array.from(there, (candidate) => scores[candidate] ?? Number.NaN);
    const grades = there.map((candidate) => relevance[candidate] ?? 0);
    const total = Math.max(
      grades.reduce((sum, grade) => sum + grade, 0),
      1e-6,
    );
    return grades.reduce((sum, grade, at) => sum + (grade === 0 ? 0 : (grade / total) * surprise(own, at)), 0);
  },
  masked: ({ scores, target }) => {
    const width = scores.length / target.length;
    const losses = [...target].flatMap((id, place) =>
      id < 0 ? [] : [surprise(scores.subarray(place * width, (place + 1) * width), id)],
    );
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  },
};
