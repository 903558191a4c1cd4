import { sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import { type Call, type OnnxEmitter, call, runtimeCall } from "./emitter.ts";
import type { LoweringContext, OnnxLowering } from "./lowering.ts";
import { filled } from "./tensor.ts";

export const linearAlgebra: { readonly [Op in "matmul"]: OnnxLowering<Op> } = {
  // `FusedMatMul` reads transposes in place and scales inside the matmul; the standard operator is used if there are
  // none.
  matmul: (context) => {
    const {
      node: { attributes },
      inputs,
      emitter,
      operators,
    } = context;
    const { transpose_a, transpose_b, scale } = attributes;
    if (!transpose_a && !transpose_b && scale === 1) return call("MatMul", inputs);
    if (!transpose_a && !transpose_b && isByKernel(context))
      return call("MatMul", [at(inputs, 0), scaled(emitter, at(inputs, 1), scale)]);
    if (operators === "standard") return standardProduct(context);
    return runtimeCall("FusedMatMul", inputs, {
      transA: { int: transpose_a ? 1 : 0 },
      transB: { int: transpose_b ? 1 : 0 },
      alpha: { float: scale },
    });
  },
};

/** ONNX Runtime makes one operator of these when it loads them. */
function standardProduct(context: LoweringContext<"matmul">): Call {
  const { node, inputs, emitter } = context;
  const { transpose_a, transpose_b, scale } = node.attributes;
  const operand = (index: number, isTransposed: boolean): string =>
    isTransposed ? swapped(emitter, at(inputs, index), at(node.inputs, index).shape.length) : at(inputs, index);
  const [a, b] = [operand(0, transpose_a), operand(1, transpose_b)];
  if (scale === 1) return call("MatMul", [a, b]);
  if (isByKernel(context)) return call("MatMul", [a, scaled(emitter, b, scale)]);
  return call("Mul", [emitter.value(call("MatMul", [a, b])), emitter.constant(filled("float32", [], scale))]);
}

function scaled(emitter: OnnxEmitter, value: string, scale: number): string {
  return emitter.value(call("Mul", [value, emitter.constant(filled("float32", [], scale))]));
}

/** Exchanges the last two axes. */
export function swapped(emitter: OnnxEmitter, value: string, rank: number): string {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return emitter.value(call("Transpose", [value], { perm: { ints: [...axes.slice(0, -2), rank - 1, rank - 2] } }));
}

/**
 * True if b is smaller than the result. Scaling b then costs less than a pass over the result, and keeps `MatMul` with
 * a following bias, which the engine fuses into one `Gemm`.
 */
function isByKernel({ node }: LoweringContext<"matmul">): boolean {
  return sizeOf(at(node.inputs, 1).shape) * 2 <= sizeOf(at(node.outputs, 0).shape);
}
