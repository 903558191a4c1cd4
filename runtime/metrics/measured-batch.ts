import type { TensorData } from "../engines/engine.ts";

/** Numbers in the unit of the data, and grades, are float64. */
export type MeasuredTensor = TensorData | Float64Array;

/** The rows of a batch as they are measured. */
export interface MeasuredBatch {
  /** By the names of the target's outputs, `[B, …]`; numbers are in the unit of the data. */
  readonly predictions: ReadonlyMap<string, MeasuredTensor>;
  /** By the parts of the target, `[B, …]`; numbers and grades as exactly as the data has them. */
  readonly targets: ReadonlyMap<string, MeasuredTensor>;
  /** [B]: rows of weight 0 are padding or lack a label, and are left out. */
  readonly rowWeight: Float32Array | Float64Array;
  /** The number of outputs that have a class, which come first; by default all. The others are left out. */
  readonly classes?: number;
}

/** One row of one output of the model. */
export function predictionRow(batch: MeasuredBatch, output: string, row: number): Float32Array {
  const found = batch.predictions.get(output);
  if (!(found instanceof Float32Array)) throw new Error(`the graph gives no prediction ${output}`);
  return rowOf(found, row, batch);
}

/** One row of predicted numbers, in the unit of the data. */
export function numbersRow(batch: MeasuredBatch, output: string, row: number): MeasuredTensor {
  const found = batch.predictions.get(output);
  if (!found) throw new Error(`the graph gives no prediction ${output}`);
  return rowOf(found, row, batch);
}

/** One row of a part of the target. */
export function targetRow(batch: MeasuredBatch, row: number, part = "target"): MeasuredTensor {
  const found = batch.targets.get(part);
  if (!found) throw new Error(`the data has no ${part}`);
  return rowOf(found, row, batch);
}

/** The elements that have a class. */
export function ofClasses<Tensor extends MeasuredTensor>(row: Tensor, { classes }: MeasuredBatch): Tensor {
  return row.subarray(0, classes) as Tensor;
}

function rowOf<Tensor extends MeasuredTensor>(tensor: Tensor, row: number, { rowWeight }: MeasuredBatch): Tensor {
  const width = tensor.length / rowWeight.length;
  return tensor.subarray(row * width, (row + 1) * width) as Tensor;
}
