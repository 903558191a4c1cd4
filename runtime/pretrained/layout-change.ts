import { type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import type { Float32Tensor } from "../train/step/tensor-store.ts";

/** A change from a stored tensor to the layout of a weight. */
export type LayoutChange =
  /** Swaps the axes of a matrix. */
  | { readonly kind: "transposed" }
  /** A convolution's kernel `[outputs, channels, height, width]` as a matrix for patches, `[height · width · channels, outputs]`. */
  | { readonly kind: "patches" }
  /** Consecutive indices of the first axis. */
  | { readonly kind: "rows"; readonly from: number; readonly count: number }
  /** The same numbers in another shape. */
  | { readonly kind: "reshaped"; readonly shape: Shape };

/** The shape after a change; `undefined` if the tensor has none of the shapes that can be changed so. */
export function shapeAfter(change: LayoutChange, shape: Shape): Shape | undefined {
  switch (change.kind) {
    case "transposed":
      return shape.length === 2 ? shape.toReversed() : undefined;
    case "patches": {
      const [outputs = 1, channels = 1, height = 1, width = 1] = shape;
      return shape.length === 4 ? [height * width * channels, outputs] : undefined;
    }
    case "rows":
      return change.from + change.count <= (shape[0] ?? 0) ? [change.count, ...shape.slice(1)] : undefined;
    case "reshaped":
      return sizeOf(shape) === sizeOf(change.shape) ? change.shape : undefined;
  }
}

/** The tensor after a change that its shape allows. */
export function tensorAfter(change: LayoutChange, tensor: Float32Tensor): Float32Tensor {
  const shape = shapeAfter(change, tensor.shape) ?? tensor.shape;
  const { data } = tensor;
  switch (change.kind) {
    case "transposed": {
      const [rows = 1, columns = 1] = tensor.shape;
      const changed = new Float32Array(data.length);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          changed[column * rows + row] = data[row * columns + column] ?? 0;
      return { shape, data: changed };
    }
    case "patches": {
      const [outputs = 1, channels = 1, height = 1, width = 1] = tensor.shape;
      const pixels = height * width;
      const changed = new Float32Array(data.length);
      for (let output = 0; output < outputs; output++)
        for (let channel = 0; channel < channels; channel++)
          for (let pixel = 0; pixel < pixels; pixel++)
            changed[(pixel * channels + channel) * outputs + output] =
              data[(output * channels + channel) * pixels + pixel] ?? 0;
      return { shape, data: changed };
    }
    case "rows": {
      const row = sizeOf(tensor.shape.slice(1));
      return { shape, data: data.subarray(change.from * row, (change.from + change.count) * row) };
    }
    case "reshaped":
      return { shape, data };
  }
}
