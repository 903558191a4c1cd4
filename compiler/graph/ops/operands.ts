import type { OpName } from "../attributes.ts";
import type { DType, Shape, TensorType } from "../graph.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

interface Tuples<T> {
  1: readonly [T];
  2: readonly [T, T];
  3: readonly [T, T, T];
}

/** The inputs of an op with exactly `count` inputs, as a tuple. */
export function operands<T extends TensorType, Count extends 1 | 2 | 3>(
  op: OpName,
  inputs: readonly T[],
  count: Count,
): Tuples<T>[Count] {
  if (inputs.length !== count) throw new ShapeMismatch(op, inputs, `takes ${count} inputs, not ${inputs.length}`);
  return inputs as unknown as Tuples<T>[Count];
}

/** Checks that all `types` have the same dtype and that it is one of `allowed`. Returns it. */
export function commonDType(op: OpName, types: readonly TensorType[], allowed: readonly DType[]): DType {
  const [first] = types;
  if (!first) throw new ShapeMismatch(op, types, "takes at least one input");
  if (!allowed.includes(first.dtype)) throw new ShapeMismatch(op, types, `takes ${allowed.join(" or ")}`);
  if (types.some((type) => type.dtype !== first.dtype)) throw new ShapeMismatch(op, types, "the dtypes differ");
  return first.dtype;
}

/** Size of an axis that the caller knows to exist; throws if it does not. */
export function dimension(op: OpName, type: TensorType, axis: number): number {
  const size = type.shape.at(axis);
  if (size === undefined) throw new ShapeMismatch(op, [type], `no axis ${axis}`);
  return size;
}

/** NumPy's rule: aligned at the last axis, sizes must be equal or one of them 1. */
export function broadcastShapes(op: OpName, types: readonly TensorType[]): Shape {
  const rank = Math.max(0, ...types.map((type) => type.shape.length));
  return Array.from({ length: rank }, (_, index) => {
    const sizes = types.map((type) => type.shape[index - rank + type.shape.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.some((each) => each !== 1 && each !== size))
      throw new ShapeMismatch(op, types, "the shapes do not broadcast");
    return size;
  });
}

export const FLOAT = ["float32"] as const;
export const NUMBER = ["float32", "int32"] as const;
export const ORDERED = ["float32", "int32", "uint8"] as const;
export const ANY = ["float32", "int32", "uint8", "bool"] as const;
