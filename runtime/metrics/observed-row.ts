import type { TargetKind } from "../../compiler/targets/target.ts";
import type { MeasuredTensor } from "./measured-batch.ts";

/** Scores and relevances of the candidates. A missing candidate has relevance −1. */
interface Ranked {
  readonly scores: Float32Array | Float64Array;
  readonly relevance: Float32Array | Float64Array;
}

interface Classified {
  readonly scores: Float32Array;
  readonly target: number;
}

/** One row as a metric sees it, by the kind of its target. Arrays are views that the next row overwrites. */
interface RowOfKind {
  category: Classified;
  aligned: Classified;
  labels: { readonly scores: Float32Array; readonly target: Float32Array };
  number: { readonly prediction: number; readonly target: number };
  reconstruct: { readonly prediction: Float32Array; readonly target: MeasuredTensor };
  vector: { readonly prediction: MeasuredTensor; readonly target: MeasuredTensor };
  ranking: Ranked;
  /** Regions as candidates, and the intersection over union of each with the right one's box. */
  choice: Ranked & { readonly overlaps: Float32Array };
  matching: Ranked;
  /** The vectors of a row's two values, and a number for each value that is equal for equal ones. */
  contrastive: {
    readonly first: Float32Array;
    readonly second: Float32Array;
    readonly identities: readonly [number, number];
  };
  /**
   * Scores [P × V] of the tokens at each hidden position, and the ids of the hidden tokens; −1 for an unused position.
   */
  masked: { readonly scores: Float32Array; readonly target: Int32Array };
  /** Scores [P × C] of the classes at each hidden position, the distribution over them, and its most probable class. */
  masked_classes: {
    readonly scores: Float32Array;
    readonly target: Int32Array;
    readonly shares: Float32Array;
  };
  /** The numbers of the parts that a row hides, one part after the other, and the number of numbers of a part. */
  masked_values: { readonly prediction: Float32Array; readonly target: Float32Array; readonly width: number };
  /**
   * The same at every position of a text, whose tokens are followed by its end; and the ids of the generated text,
   * without an end, if it was generated.
   */
  sequence: {
    readonly scores: Float32Array;
    readonly target: Int32Array;
    readonly generated: readonly number[] | undefined;
  };
  /** Scores [N × K] of the classes at each token, and the right class at the first token of each word; −1 elsewhere. */
  tags: { readonly scores: Float32Array; readonly target: Int32Array };
  /**
   * Logits [Q × (K + 1)] and boxes [Q × 4] of the predictions, and the classes [T], −1 for none, and boxes [T × 4] of the objects; boxes by centre and
   * size. Of the logits the first `scored` stand for a class.
   */
  boxes: {
    readonly logits: Float32Array;
    readonly boxes: Float32Array;
    readonly scored: number;
    readonly classes: Int32Array;
    readonly objects: Float32Array;
  };
}

export type ObservedRow = { readonly [Kind in TargetKind]: RowOfKind[Kind] };
