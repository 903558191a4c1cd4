import { sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import { call, runtimeCall } from "./emitter.ts";
import type { LoweringContext, OnnxLowering } from "./lowering.ts";
import { filled } from "./tensor.ts";

export const linearAlgebra: { readonly [Op in "matmul"]: OnnxLowering<Op> } = {
  // `FusedMatMul` materialises no transpose and scales inside the product; without either, the standard operator is all it takes.
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

/** Whether b is smaller than the result. To scale it then costs less than a pass over the result, which `MatMul` and a bias behind it spare: the engine makes them one `Gemm`. */
function isByKernel({ node }: LoweringContext<"matmul">): boolean {
  return sizeOf(at(node.inputs, 1).shape) * 2 <= sizeOf(at(node.outputs, 0).shape);
}
