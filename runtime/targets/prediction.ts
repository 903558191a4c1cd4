import type { PictureBox } from "../boxes/overlap.ts";
import type { TargetKind } from "../../compiler/targets/target.ts";

export interface CategoryPrediction {
  readonly kind: "category";
  /** The most probable class. */
  readonly class: string;
  readonly probability: number;
  /** The probability of every class; they sum to 1. */
  readonly probabilities: { readonly [name: string]: number };
}

export interface LabelsPrediction {
  readonly kind: "labels";
  /** The labels that are more probable than not. */
  readonly labels: readonly string[];
  readonly probabilities: { readonly [name: string]: number };
}

export interface NumberPrediction {
  readonly kind: "number";
  /** The number in the unit of the data. */
  readonly value: number;
}

export interface VectorPrediction {
  readonly kind: "vector";
  /** The numbers in the units of the data. */
  readonly values: readonly number[];
}

export interface RankingPrediction {
  readonly kind: "ranking";
  /** Indices of the candidates, from 0, the most relevant one first. */
  readonly order: readonly number[];
  /** The score of each candidate, in the order of the example. */
  readonly scores: readonly number[];
}

export interface ChoicePrediction {
  readonly kind: "choice";
  /** The index of the chosen region, from 0. */
  readonly region: number;
  /** The score of each region, in the order of the example. */
  readonly scores: readonly number[];
}

export interface ContrastivePrediction {
  readonly kind: "contrastive";
  /** The dot product of the two vectors, between −1 and 1. */
  readonly score: number;
  /** The vectors of the two modalities in the order of the target, of length 1. */
  readonly first: readonly number[];
  readonly second: readonly number[];
}

export interface MatchingPrediction {
  readonly kind: "matching";
  /** The score of the pair; the higher, the better its values go together. */
  readonly score: number;
}

export interface AlignedPrediction {
  readonly kind: "aligned";
  /** The probability that the two values belong together. */
  readonly probability: number;
}

export interface MaskedPrediction {
  readonly kind: "masked";
  /** The text with the most probable token at each queried position. */
  readonly text: string;
  /** The tokens that were put in, in the order of the text. */
  readonly tokens: readonly { readonly token: string; readonly probability: number }[];
}

export interface ReconstructPrediction {
  readonly kind: "reconstruct";
  /** The values of all positions, one after another. */
  readonly values: readonly number[];
}

export interface MaskedClassesPrediction {
  readonly kind: "masked_classes";
  /** The most probable class of each region that was hidden, with the region's index, from 0. */
  readonly regions: readonly { readonly region: number; readonly class: number; readonly probability: number }[];
}

export interface MaskedValuesPrediction {
  readonly kind: "masked_values";
  /** The numbers of each part that was hidden, with its index, from 0: a region, a patch row by row, or a step. */
  readonly parts: readonly { readonly part: number; readonly values: readonly number[] }[];
}

export interface SequencePrediction {
  readonly kind: "sequence";
  readonly text: string;
  /** The probability of the whole text. */
  readonly probability: number;
}

export interface BoxesPrediction {
  readonly kind: "boxes";
  /** The detections whose class is more probable than no object, the most probable one first. */
  readonly boxes: readonly DetectedBox[];
}

export interface DetectedBox {
  readonly class: string;
  readonly probability: number;
  /** Left, top, right and bottom edge, as fractions of the picture. */
  readonly box: PictureBox;
}

export interface TagsPrediction {
  readonly kind: "tags";
  /** The most probable tag of each word, in the order of the text, and its probability. */
  readonly tags: readonly string[];
  readonly probabilities: readonly number[];
}

interface PredictionByKind {
  category: CategoryPrediction;
  labels: LabelsPrediction;
  number: NumberPrediction;
  vector: VectorPrediction;
  ranking: RankingPrediction;
  choice: ChoicePrediction;
  contrastive: ContrastivePrediction;
  matching: MatchingPrediction;
  aligned: AlignedPrediction;
  masked: MaskedPrediction;
  reconstruct: ReconstructPrediction;
  masked_classes: MaskedClassesPrediction;
  masked_values: MaskedValuesPrediction;
  sequence: SequencePrediction;
  tags: TagsPrediction;
  boxes: BoxesPrediction;
}

/** The prediction of a target of one kind. */
export type PredictionOf<Kind extends TargetKind> = PredictionByKind[Kind];

/** The prediction of a model for one example and one task. */
export type Prediction = PredictionOf<TargetKind>;
