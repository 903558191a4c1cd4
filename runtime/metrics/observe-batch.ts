import type { ResolvedTarget } from "../../compiler/schema/resolved.ts";
import type { TensorData } from "../engines/engine.ts";
import type { Metric, ObservedRow, TargetKind } from "./metric.ts";

export interface MeasuredBatch {
  /** By name: `logits` [B, K] of `category` and `labels`, `value` [B] of `number`, `scores` [B, A] of `ranking`. */
  readonly predictions: ReadonlyMap<string, TensorData>;
  /** The feature `TASK.target`. */
  readonly target: TensorData;
  /** [B]: rows of weight 0 are padding or lack a label, and are passed over; all others count once, whatever their weight in the loss. */
  readonly rowWeight: Float32Array;
}

type RowReader<Kind extends TargetKind> = (batch: MeasuredBatch, row: number) => ObservedRow[Kind];

const readers: { readonly [Kind in TargetKind]: RowReader<Kind> } = {
  category: (batch, row) => ({ scores: rowOf(prediction(batch, "logits"), row, batch), target: batch.target[row] ?? 0 }),
  labels: (batch, row) => ({ scores: rowOf(prediction(batch, "logits"), row, batch), target: rowOf(batch.target as Float32Array, row, batch) }),
  ranking: (batch, row) => ({ scores: rowOf(prediction(batch, "scores"), row, batch), relevance: rowOf(batch.target as Float32Array, row, batch) }),
  masked: (batch, row) => ({ scores: rowOf(prediction(batch, "logits"), row, batch), target: rowOf(batch.target as Int32Array, row, batch) }),
  number: (batch, row) => ({ prediction: prediction(batch, "value")[row] ?? Number.NaN, target: batch.target[row] ?? Number.NaN }),
};

export function observeBatch(metrics: readonly Metric[], target: ResolvedTarget, batch: MeasuredBatch): void {
  const read: RowReader<TargetKind> = readers[target.kind];
  for (const [row, weight] of batch.rowWeight.entries()) {
    if (weight === 0) continue;
    const observed = read(batch, row);
    for (const metric of metrics) metric.observe(observed);
  }
}

function prediction({ predictions }: MeasuredBatch, name: string): Float32Array {
  const found = predictions.get(name);
  if (!(found instanceof Float32Array)) throw new Error(`the graph gives no prediction ${name}`);
  return found;
}

function rowOf<Tensor extends Float32Array | Int32Array>(tensor: Tensor, row: number, { rowWeight }: MeasuredBatch): Tensor {
  const width = tensor.length / rowWeight.length;
  return tensor.subarray(row * width, (row + 1) * width) as Tensor;
}
