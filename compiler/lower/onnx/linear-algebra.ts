import { call, runtimeCall } from "./emitter.ts";
import type { OnnxLowering } from "./lowering.ts";

export const linearAlgebra: { readonly [Op in "matmul"]: OnnxLowering<Op> } = {
  // `FusedMatMul` materialises no transpose and scales inside the product; without either, the standard operator is all it takes.
  matmul: ({ node: { attributes }, inputs }) =>
    attributes.transpose_a || attributes.transpose_b || attributes.scale !== 1
      ? runtimeCall("FusedMatMul", inputs, {
          transA: { int: attributes.transpose_a ? 1 : 0 },
          transB: { int: attributes.transpose_b ? 1 : 0 },
          alpha: { float: attributes.scale },
        })
      : call("MatMul", inputs),
};
