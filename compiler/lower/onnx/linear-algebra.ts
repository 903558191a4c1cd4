import { sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import { call, runtimeCall } from "./emitter.ts";
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
    } = context;
    const { transpose_a, transpose_b, scale } = attributes;
    if (!transpose_a && !transpose_b && scale === 1) return call("MatMul", inputs);
    if (!transpose_a && !transpose_b && isByKernel(context)) {
      const kernel = emitter.value(call("Mul", [at(inputs, 1), emitter.constant(filled("float32", [], scale))]));
      return call("MatMul", [at(inputs, 0), kernel]);
    }
    return runtimeCall("FusedMatMul", inputs, {
      transA: { int: transpose_a ? 1 : 0 },
      transB: { int: transpose_b ? 1 : 0 },
      alpha: { float: scale },
    });
  },
};

/**
 * True if b is smaller than the result. Scaling b then costs less than a pass over the result, and keeps `MatMul` with
 * a following bias, which the engine fuses into one `Gemm`.
 */
function isByKernel({ node }: LoweringContext<"matmul">): boolean {
  return sizeOf(at(node.inputs, 1).shape) * 2 <= sizeOf(at(node.outputs, 0).shape);
}
