import { type DType, type TensorType, showType, sizeOf } from "../../compiler/graph/graph.ts";
import type { TensorData } from "./engine.ts";

const ARRAYS: { readonly [Type in DType]: typeof Float32Array | typeof Int32Array | typeof Uint8Array } = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

export function newHostTensor({ dtype, shape }: TensorType): TensorData {
  return new ARRAYS[dtype](sizeOf(shape));
}

/** Throws where the buffer of an input or output is not of its type. */
export function checkFit({ name, type }: { readonly name: string; readonly type: TensorType }, data: TensorData): void {
  if (data instanceof ARRAYS[type.dtype] && data.length === sizeOf(type.shape)) return;
  throw new Error(`${data.constructor.name} of ${data.length} values for ${name}, which is ${showType(type)}`);
}
