import { type DType, type Shape, type TensorType, sizeOf } from "../../compiler/graph/graph.ts";

/** A tensor of the reference interpreter: every dtype in float64, row-major. */
export interface Tensor extends TensorType {
  readonly data: Float64Array;
}

type Index = readonly number[];

export function tabulate(dtype: DType, shape: Shape, value: (index: Index) => number): Tensor {
  const data = new Float64Array(sizeOf(shape));
  for (let offset = 0; offset < data.length; offset++) data[offset] = value(indexOf(shape, offset));
  return { dtype, shape, data };
}

export function indexOf(shape: Shape, offset: number): number[] {
  const index: number[] = [];
  let rest = offset;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

export function at(tensor: Tensor, index: Index): number {
  if (index.length !== tensor.shape.length)
    throw new Error(`index [${index.join(", ")}] into ${tensor.shape.length} axes`);
  let offset = 0;
  for (const [axis, size] of tensor.shape.entries()) {
    const place = index[axis] ?? Number.NaN;
    if (!(place >= 0 && place < size))
      throw new Error(`index [${index.join(", ")}] outside [${tensor.shape.join(", ")}]`);
    offset = offset * size + place;
  }
  return tensor.data[offset] ?? Number.NaN;
}

/**
 * NumPy's broadcasting: `index` belongs to the result; axes of size 1 are read at 0, missing leading axes not at all.
 */
export function broadcastAt(tensor: Tensor, index: Index): number {
  const own = index.slice(index.length - tensor.shape.length);
  return at(
    tensor,
    own.map((place, axis) => (tensor.shape[axis] === 1 ? 0 : place)),
  );
}

export function broadcastShape(tensors: readonly Tensor[]): Shape {
  const rank = Math.max(...tensors.map((tensor) => tensor.shape.length));
  const padded = tensors.map((tensor) => [
    ...Array.from({ length: rank - tensor.shape.length }, () => 1),
    ...tensor.shape,
  ]);
  return Array.from({ length: rank }, (_, axis) => Math.max(...padded.map((shape) => shape[axis] ?? 1)));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
