import { type DType, type Shape, sizeOf } from "../../graph/graph.ts";
import type { TensorMessage } from "./messages.ts";

/** A dtype of the graph, or int64, which ONNX requires for shapes and axes. */
export type ElementType = DType | "int64";

/** `TensorProto.DataType`. */
export const ELEMENT_TYPE: { readonly [Type in ElementType]: number } = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};

export function tensor(type: ElementType, shape: Shape, data: ArrayBufferView): TensorMessage {
  return {
    dims: shape,
    data_type: ELEMENT_TYPE[type],
    raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

const repeated: { readonly [Type in ElementType]: (size: number, value: number) => ArrayBufferView } = {
  float32: (size, value) => new Float32Array(size).fill(value),
  int32: (size, value) => new Int32Array(size).fill(value),
  int64: (size, value) => new BigInt64Array(size).fill(BigInt(value)),
  uint8: (size, value) => new Uint8Array(size).fill(value),
  bool: (size, value) => new Uint8Array(size).fill(value),
};

/** A tensor with the same value everywhere. */
export function filled(type: ElementType, shape: Shape, value: number): TensorMessage {
  return tensor(type, shape, repeated[type](sizeOf(shape), value));
}

/** A list of sizes, axes or positions. */
export function integers(values: readonly number[]): TensorMessage {
  return tensor("int64", [values.length], BigInt64Array.from(values, BigInt));
}
