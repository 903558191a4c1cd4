import type { TargetKind, TargetOf, TargetOutput } from "../../compiler/targets/target.ts";
import type { StoredData } from "../data/columns/feature-store.ts";
import type { DecodedText } from "../decode/next-tokens.ts";
import type { AskedTokens } from "../data/makers/mask-queries.ts";
import type { MeasuredBatch, MeasuredTensor } from "../metrics/measured-batch.ts";
import type { ObservedRow } from "../metrics/observed-row.ts";
import type { Synthesis } from "../synth/synthesis.ts";
import type { PictureBox } from "../boxes/overlap.ts";
import type { Scale } from "./number-scale.ts";
import type { PredictionOf } from "./prediction.ts";

/** The facts about a task and a row that reading a target needs. */
export interface TargetRow {
  /** The index of each class of the task by its name, in the order of the logits. */
  readonly classes: ReadonlyMap<string, number>;
  /** The number of candidates of the row; 1 if its task has none. */
  readonly candidates: number;
  /** The regions of which one is chosen, if the target chooses one. */
  readonly regions?: RowRegions;
  /** The words of the text that the target tags, if it tags one. */
  readonly words?: TaggedWords;
  /** The cell of the column beside the target's, if the target has one. */
  readonly beside?: unknown;
}

/** The words of an encoded text. */
export interface TaggedWords {
  /** The position of the first token of each word. */
  readonly starts: readonly number[];
  /** The number of positions. */
  readonly length: number;
  /** True if the text fills all positions, so that it may have been longer. */
  readonly isFull: boolean;
}

/** The regions of a row, as their reader encodes them. */
export interface RowRegions {
  /** `[regions, 5]`: x₁, y₁, x₂, y₂ in fractions of the picture, and the area. */
  readonly boxes: StoredData;
  /** `[regions]`: 1 for a region that the row has; those come first. */
  readonly mask: StoredData;
}

/** Reading of the cells of a target's column, and synthetic cells. Functions throw `UnreadableValue`. */
export interface TargetColumn<Target> {
  /** The names of classes in a cell, for fitting; empty for numbers. */
  readonly namesIn: (value: unknown) => readonly string[];
  /** Writes the target of one row into the slots of its features, in their order. */
  readonly encode: (value: unknown, slots: readonly StoredData[], row: TargetRow, target: Target) => void;
  /** A cell as `encode` accepts it, for synthetic data. */
  readonly synthesize: (target: Target, synthesis: TargetSynthesis) => unknown;
  /** A cell of the column beside the target's. */
  readonly synthesizeBeside?: (target: Target, synthesis: TargetSynthesis) => unknown;
}

/** The source of a target's cell, which is never in a file. */
export interface TargetSynthesis extends Omit<Synthesis, "file"> {
  /** The number of candidates of the row; 1 if its task has none. */
  readonly candidates: number;
  /** The row's value of each modality. */
  readonly inputs: { readonly [modality: string]: unknown };
}

/** A box in a picture as people read it, by its edges as fractions of the picture; with a probability if it is predicted. */
export interface ReadableBox {
  readonly class: string;
  readonly box: PictureBox;
  readonly probability?: number;
}

/**
 * A target or a prediction as people read it: a class, names of labels, one or several numbers, indices of candidates,
 * tokens, boxes.
 */
export type ReadableValue =
  string | number | null | readonly string[] | readonly number[] | { readonly boxes: readonly ReadableBox[] };

export interface ReadableRow {
  readonly target: ReadableValue;
  readonly prediction: ReadableValue;
}

/** The names of classes and tokens, and the texts of several tokens. */
export interface Names {
  readonly classOf: (index: number) => string;
  readonly tokenOf: (id: number) => string;
  readonly textOf: (ids: readonly number[]) => string;
}

/** A prediction that does not depend on the row, learnt from the targets of the training split: a baseline. */
export interface Baseline {
  /** Adds one training row, by the parts of its target; absent if the prediction needs none. */
  readonly add?: (row: ReadonlyMap<string, MeasuredTensor>) => void;
  /** The predictions of a batch of this size, by the names of the outputs, and generated texts beside them. */
  readonly predictions: (size: number) => ReadonlyMap<string, MeasuredTensor>;
}

export interface BaselineTask {
  readonly outputs: readonly TargetOutput[];
  /** The largest number of candidates of a row; 1 if the task has none. */
  readonly candidates: number;
}

/** The facts about an example that its prediction needs in addition to the outputs of the graph. */
export interface PredictedExample {
  /** Names of the classes in the order of the logits. */
  readonly classes: readonly string[];
  /** The scale on which numbers are learnt. */
  readonly scale: Scale;
  /** The number of candidates of the example, or of its regions of which one is chosen. */
  readonly candidates: number;
  /** The queried tokens, if the task predicts tokens. */
  readonly asked?: AskedTokens;
  /** The indices of the parts that were hidden, if the task predicts hidden parts. */
  readonly hidden?: readonly number[];
  /** The number of positions at which the graph predicts hidden parts. */
  readonly positions?: number;
  /** The words that are tagged, if the task tags words. */
  readonly words?: TaggedWords;
  /** The generated text, if the task generates one. */
  readonly generated?: DecodedText & Pick<Names, "textOf">;
}

/** The Shannon entropy of a prediction, in nats. */
export interface PredictionEntropy {
  /** The output that it is of. */
  readonly output: string;
  readonly of: (logits: Float32Array) => number;
  /** The most that it can be. */
  readonly most: (classes: number) => number;
}

/**
 * The names of the functions that make a prediction of the output of `predict`, for programs that read a compiled
 * folder.
 */
export const readings = [
  "softmax",
  "sigmoid",
  "number",
  "numbers",
  "scores",
  "choice",
  "vectors",
  "tokens",
  "parts",
  "next_tokens",
  "tags",
  "boxes",
] as const;
export type Reading = (typeof readings)[number];

/** A cell of a table of predictions. */
export type Cell = string | number | boolean | null;

/**
 * Reading, measuring and predicting targets of one kind: the twin of the kind's definition in `compiler/targets`. A row
 * is one example.
 */
export interface RuntimeTarget<Kind extends TargetKind> {
  /** Absent for a target that a maker of the reader makes. */
  readonly column?: TargetColumn<TargetOf<Kind>>;
  /**
   * Writes the target of one row from a number for the row's value of each modality that the target is made of, which is
   * equal for equal values; absent for a target that does not need them.
   */
  readonly encodeIdentities?: (identities: readonly number[], slots: readonly StoredData[]) => void;
  /** The name of the function that programs which read a compiled folder apply to the output of `predict`. */
  readonly reading: Reading;
  /** One row of a batch as metrics see it. */
  readonly observe: (batch: MeasuredBatch, row: number) => ObservedRow[Kind];
  /** True if a prediction that counts is NaN. */
  readonly predictsNaN: (row: ObservedRow[Kind]) => boolean;
  /**
   * The default loss of the kind, by which the worst examples are found. The task's own loss gives the same order or
   * nearly so, and its graph only computes the mean of a batch.
   */
  readonly loss: (row: ObservedRow[Kind], scale: Scale) => number;
  /** Converts a mean of `loss` to the scale that the model learns; absent if it is on that scale. */
  readonly learntLoss?: (loss: number, scale: Scale) => number;
  readonly readable: (row: ObservedRow[Kind], names: Names) => ReadableRow;
  /**
   * The class that a row has and the one that is predicted, for a confusion matrix; absent where a row has no single
   * class.
   */
  readonly confusion?: (row: ObservedRow[Kind]) => { readonly actual: number; readonly predicted: number };
  readonly baseline: (task: BaselineTask) => Baseline;
  /** From the outputs of one example, by name. */
  readonly predict: (outputs: ReadonlyMap<string, Float32Array>, example: PredictedExample) => PredictionOf<Kind>;
  /** The score of a pair, by which the values that may belong to another one are ranked; absent if it matches no values. */
  readonly pairScore?: (prediction: PredictionOf<Kind>) => number;
  /** A prediction by the columns of a table. */
  readonly cells: (prediction: PredictionOf<Kind>) => { readonly [column: string]: Cell };
  /** The entropy of predictions; absent if they have none, so that a sampler cannot compare rows by it. */
  readonly entropy?: PredictionEntropy;
}
