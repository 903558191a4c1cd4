import type { ResolvedTarget } from "../../compiler/schema/resolved.ts";
import type { AskedTokens } from "../data/batch/mask-queries.ts";
import { type NumberScale, inUnit } from "../data/targets/number-scale.ts";

export interface CategoryPrediction {
  readonly kind: "category";
  /** The most probable class. */
  readonly class: string;
  readonly probability: number;
  /** Of every class; they sum to 1. */
  readonly probabilities: { readonly [name: string]: number };
}

export interface LabelsPrediction {
  readonly kind: "labels";
  /** Those more probable than not. */
  readonly labels: readonly string[];
  readonly probabilities: { readonly [name: string]: number };
}

export interface NumberPrediction {
  readonly kind: "number";
  /** In the unit of the data. */
  readonly value: number;
}

export interface RankingPrediction {
  readonly kind: "ranking";
  /** Places of the candidates, from 0, the most relevant one first. */
  readonly order: readonly number[];
  /** Of each candidate, as the example has them. */
  readonly scores: readonly number[];
}

export interface MaskedPrediction {
  readonly kind: "masked";
  /** The text with the most probable token in each place that was asked for. */
  readonly text: string;
  /** What was put in, in the order of the text. */
  readonly tokens: readonly { readonly token: string; readonly probability: number }[];
}

/** What a model says of one example for one task. */
export type Prediction =
  CategoryPrediction | LabelsPrediction | NumberPrediction | RankingPrediction | MaskedPrediction;

interface DecodedExample {
  readonly classes: readonly string[];
  /** Where the task predicts a number. */
  readonly scale: NumberScale;
  /** How many the example has. */
  readonly candidates: number;
  /** Where the task predicts tokens. */
  readonly asked?: AskedTokens;
}

type Decoder = (row: Float32Array, example: DecodedExample) => Prediction;

/** From one row of the output that `predictionNames` says. Outputs beyond the known classes belong to no name and are left out. */
export const decoders: { readonly [Kind in ResolvedTarget["kind"]]: Decoder } = {
  category: (row, { classes }) => {
    const shares = softmax(row.subarray(0, classes.length));
    const best = shares.indexOf(Math.max(...shares));
    return {
      kind: "category",
      class: classes[best] ?? "",
      probability: shares[best] ?? 0,
      probabilities: named(shares, classes),
    };
  },
  labels: (row, { classes }) => {
    const probabilities = Array.from(row.subarray(0, classes.length), (logit) => 1 / (1 + Math.exp(-logit)));
    return {
      kind: "labels",
      labels: classes.filter((_, index) => (probabilities[index] ?? 0) > 0.5),
      probabilities: named(probabilities, classes),
    };
  },
  number: (row, { scale }) => ({ kind: "number", value: inUnit(row, scale)[0] ?? Number.NaN }),
  ranking: (row, { candidates }) => {
    const scores = [...row.subarray(0, candidates)];
    return {
      kind: "ranking",
      order: [...scores.keys()].sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0)),
      scores,
    };
  },
  masked: (row, { asked }) => filledText(row, asked),
};

function filledText(row: Float32Array, asked: AskedTokens | undefined): MaskedPrediction {
  if (!asked) throw new Error("tokens are predicted of an example without a text");
  const { ids, positions, places, decode } = asked;
  const filled = [...ids];
  const width = row.length / places;
  const tokens = positions.map((position, place) => {
    const shares = softmax(row.subarray(place * width, (place + 1) * width));
    const best = shares.indexOf(Math.max(...shares));
    filled[position] = best;
    return { token: decode([best]), probability: shares[best] ?? 0 };
  });
  return { kind: "masked", text: decode(filled), tokens };
}

function softmax(logits: Float32Array): readonly number[] {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function named(values: readonly number[], names: readonly string[]): { readonly [name: string]: number } {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0]));
}
