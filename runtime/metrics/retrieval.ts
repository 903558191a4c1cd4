import { chanceWithin, expectedRank, type FirstRight } from "./first-right.ts";
import { meanOf } from "./mean.ts";
import type { Metric, MetricDefinition, MetricTask } from "./metric.ts";
import { firstRightOf } from "./ranking.ts";

type Query = { readonly query?: string };

/** A metric of the ranks of all rows, each with its weight; of both directions the mean. */
function overPairs(
  measure: (ranks: readonly FirstRight[], weights: readonly number[]) => number,
  { query }: Query,
  { pairs }: MetricTask,
): Metric<"contrastive"> {
  if (!pairs) throw new Error("pairs are measured without their pool");
  const weights: number[] = [];
  return {
    observe: (row, weight) => {
      pairs.put(weights.length, row);
      weights.push(weight);
    },
    value: () => {
      const values = pairs.ranks(query).map((ranks) => measure(ranks, weights));
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    },
  };
}

function meanRecall(cuts: readonly number[]): (ranks: readonly FirstRight[], weights: readonly number[]) => number {
  return (ranks, weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return ranks.reduce((sum, rank, row) => sum + (weights[row] ?? 0) * recallOf(cuts, rank), 0) / total;
  };
}

function recallOf(cuts: readonly number[], rank: FirstRight): number {
  return cuts.reduce((sum, k) => sum + chanceWithin(k, rank), 0) / cuts.length;
}

function recallOfRows<Kind extends "ranking" | "matching" | "choice">(cuts: readonly number[]): Metric<Kind> {
  return meanOf((row) => recallOf(cuts, firstRightOf(row)));
}

const meanCuts = [1, 5, 10];

export const recallAt: MetricDefinition<"recall_at"> = {
  better: "higher",
  best: 1,
  on: {
    ranking: ({ k }) => recallOfRows([k]),
    matching: ({ k }) => recallOfRows([k]),
    choice: ({ k }) => recallOfRows([k]),
    contrastive: (options, task) => overPairs(meanRecall([options.k]), options, task),
  },
};

export const meanRecallMetric: MetricDefinition<"mean_recall"> = {
  better: "higher",
  best: 1,
  on: {
    ranking: () => recallOfRows(meanCuts),
    matching: () => recallOfRows(meanCuts),
    contrastive: (options, task) => overPairs(meanRecall(meanCuts), options, task),
  },
};

/** The least rank at which half of the weight is reached; where it is reached exactly, the middle to the next rank. */
function weightedMedian(values: readonly number[], weights: readonly number[]): number {
  const order = [...values.keys()].sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let sum = 0;
  for (const [place, row] of order.entries()) {
    sum += weights[row] ?? 0;
    const [here, next] = [values[row] ?? Number.NaN, values[order[place + 1] ?? row] ?? Number.NaN];
    if (sum > half) return here;
    if (sum === half) return (here + next) / 2;
  }
  return Number.NaN;
}

function medianOfRows<Kind extends "ranking" | "matching">(): Metric<Kind> {
  const [ranks, weights]: [number[], number[]] = [[], []];
  return {
    observe: (row, weight) => {
      ranks.push(expectedRank(firstRightOf(row)));
      weights.push(weight);
    },
    value: () => weightedMedian(ranks, weights),
  };
}

export const medianRank: MetricDefinition<"median_rank"> = {
  better: "lower",
  best: 1,
  on: {
    ranking: medianOfRows,
    matching: medianOfRows,
    contrastive: (options, task) =>
      overPairs((ranks, weights) => weightedMedian(ranks.map(expectedRank), weights), options, task),
  },
};
