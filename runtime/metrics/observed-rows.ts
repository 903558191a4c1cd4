import type { ResolvedTarget } from "../../compiler/schema/resolved.ts";
import type { TensorData } from "../engines/engine.ts";
import type { ObservedRow, TargetKind } from "./metric.ts";

/** Numbers in the unit of the data, and grades, are float64. */
export type MeasuredTensor = TensorData | Float64Array;

export interface MeasuredBatch {
  /** By name: `logits` [B, K] of `category` and `labels`, `value` [B] of `number` in the unit of the data, `scores` [B, A] of `ranking`. */
  readonly predictions: ReadonlyMap<string, MeasuredTensor>;
  /** The feature `TASK.target`; of a `number` the numbers of the data. */
  readonly target: MeasuredTensor;
  /** [B]: rows of weight 0 are padding or lack a label, and are passed over. */
  readonly rowWeight: Float32Array | Float64Array;
  /** How many of the scores of `category` and `labels` stand for a class, the first ones; by default all. The others are seen by nobody. */
  readonly classes?: number;
}

/** A row of a batch that counts. */
export interface WeightedRow<Kind extends TargetKind = TargetKind> {
  /** Its place in the batch. */
  readonly place: number;
  readonly row: ObservedRow[Kind];
  readonly weight: number;
}

type RowReader<Kind extends TargetKind> = (batch: MeasuredBatch, row: number) => ObservedRow[Kind];

const readers: { readonly [Kind in TargetKind]: RowReader<Kind> } = {
  category: (batch, row) => ({
    scores: ofClasses(prediction(batch, "logits"), row, batch),
    target: batch.target[row] ?? 0,
  }),
  labels: (batch, row) => ({
    scores: ofClasses(prediction(batch, "logits"), row, batch),
    target: ofClasses(batch.target as Float32Array, row, batch),
  }),
  ranking: (batch, row) => ({
    scores: rowOf(prediction(batch, "scores"), row, batch),
    relevance: rowOf(batch.target as Float32Array | Float64Array, row, batch),
  }),
  masked: (batch, row) => ({
    scores: rowOf(prediction(batch, "logits"), row, batch),
    target: rowOf(batch.target as Int32Array, row, batch),
  }),
  number: (batch, row) => ({
    prediction: batch.predictions.get("value")?.[row] ?? Number.NaN,
    target: batch.target[row] ?? Number.NaN,
  }),
};

/** The rows of a batch as metrics see them. */
export function* observedRows({ kind }: ResolvedTarget, batch: MeasuredBatch): Generator<WeightedRow> {
  const read: RowReader<TargetKind> = readers[kind];
  for (const [place, weight] of batch.rowWeight.entries())
    if (weight > 0) yield { place, row: read(batch, place), weight };
}

function prediction({ predictions }: MeasuredBatch, name: string): Float32Array {
  const found = predictions.get(name);
  if (!(found instanceof Float32Array)) throw new Error(`the graph gives no prediction ${name}`);
  return found;
}

function ofClasses(tensor: Float32Array, row: number, batch: MeasuredBatch): Float32Array {
  return rowOf(tensor, row, batch).subarray(0, batch.classes);
}

function rowOf<Tensor extends Float32Array | Float64Array | Int32Array>(
  tensor: Tensor,
  row: number,
  { rowWeight }: MeasuredBatch,
): Tensor {
  const width = tensor.length / rowWeight.length;
  return tensor.subarray(row * width, (row + 1) * width) as Tensor;
}
