import type { FirstRight } from "./first-right.ts";
import { meanOf } from "./mean.ts";
import type { Metric, MetricDefinition } from "./metric.ts";
import type { ObservedRow } from "./observed-row.ts";

type Ranked = ObservedRow["ranking"];

/**
 * Candidates of one score: between them no order is better than another, so metrics are their expectation over all of
 * them.
 */
interface Tie {
  /** Candidates before. */
  readonly before: number;
  readonly relevances: readonly number[];
}

/** The candidates of a row by falling score. */
function tiesOf({ scores, relevance }: Ranked): readonly Tie[] {
  const byScore = new Map<number, number[]>();
  for (const [candidate, grade] of relevance.entries()) {
    // A relevance of −1 marks a missing candidate.
    if (grade < 0) continue;
    const score = scores[candidate] ?? Number.NaN;
    byScore.set(score, [...(byScore.get(score) ?? []), grade]);
  }
  let before = 0;
  return [...byScore]
    .sort(([left], [right]) => right - left)
    .map(([, relevances]) => {
      const tie = { before, relevances };
      before += relevances.length;
      return tie;
    });
}

const relevantIn = ({ relevances }: Tie): number => relevances.filter((grade) => grade > 0).length;

/** The position of the first relevant candidate of a row; beyond all of them if there is none. */
export function firstRightOf(row: Ranked): FirstRight {
  const tie = tiesOf(row).find((candidate) => relevantIn(candidate) > 0);
  if (!tie) return { before: Infinity, right: 1, wrong: 0 };
  const right = relevantIn(tie);
  return { before: tie.before, right, wrong: tie.relevances.length - right };
}

/** 1 if the first candidate is relevant. */
export function firstIsRelevant<Kind extends "ranking" | "matching" | "choice">(): Metric<Kind> {
  return meanOf((row) => {
    const [first] = tiesOf(row);
    return first ? relevantIn(first) / first.relevances.length : Number.NaN;
  });
}

/**
 * E[1 ∕ rank of the first relevant one]: among n tied candidates, r of them relevant, the first has rank j with
 * probability C(n−j, r−1) ∕ C(n, r).
 */
function reciprocalRank(row: Ranked): number {
  const tie = tiesOf(row).find((candidate) => relevantIn(candidate) > 0);
  if (!tie) return 0;
  const [count, relevant] = [tie.relevances.length, relevantIn(tie)];
  let [sum, noneYet] = [0, 1];
  for (let place = 1; place <= count - relevant + 1; place++) {
    const here = relevant / (count - place + 1);
    sum += (noneYet * here) / (tie.before + place);
    noneYet *= 1 - here;
  }
  return sum;
}

export const mrr: MetricDefinition<"mrr"> = {
  better: "higher",
  best: 1,
  on: {
    ranking: () => meanOf(reciprocalRank),
    matching: () => meanOf(reciprocalRank),
    choice: () => meanOf(reciprocalRank),
  },
};

/** Σ relevance ∕ log₂(rank + 1) over the first `k` ranks. */
function discountedGain(ties: readonly Tie[], k: number): number {
  return ties.reduce((gain, { before, relevances }) => {
    const mean = relevances.reduce((sum, grade) => sum + grade, 0) / relevances.length;
    return relevances.reduce(
      (sum, _, index) => (before + index < k ? sum + mean / Math.log2(before + index + 2) : sum),
      gain,
    );
  }, 0);
}

export const ndcg: MetricDefinition<"ndcg"> = {
  better: "higher",
  best: 1,
  on: {
    ranking: ({ k = Infinity }) =>
      meanOf((row) => {
        const best = discountedGain(tiesOf({ scores: row.relevance, relevance: row.relevance }), k);
        return best === 0 ? 0 : discountedGain(tiesOf(row), k) / best;
      }),
  },
};
