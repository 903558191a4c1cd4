import { type Value, sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import type { TfjsEmitter } from "./emitter.ts";
import type { LoweringContext, TfjsLowering } from "./lowering.ts";

export const linearAlgebra: { readonly [Op in "matmul"]: TfjsLowering<Op> } = {
  matmul: (context) => {
    const { node, emitter } = context;
    const product = at(node.inputs, 1).shape.length === 2 ? matrixProduct(context) : batchedProduct(context);
    const { scale } = node.attributes;
    return [scale === 1 ? product : emitter.node("Mul", [product, emitter.float(scale)])];
  },
};

/**
 * One product of two matrices, with the leading dimensions of `a` as further rows and no transpose flag: only such a one the WASM backend
 * (`batch_mat_mul_impl.cc`) gives to XNNPACK; all others it computes in a scalar loop. A transpose costs less than that.
 */
function matrixProduct({ node, inputs, emitter }: LoweringContext<"matmul">): string {
  const [a, b, y] = [at(node.inputs, 0), at(node.inputs, 1), at(node.outputs, 0)];
  const { transpose_a, transpose_b } = node.attributes;
  const left = transpose_a ? swapLastTwo(emitter, a, at(inputs, 0)) : at(inputs, 0);
  const right = transpose_b ? swapLastTwo(emitter, b, at(inputs, 1)) : at(inputs, 1);
  if (a.shape.length === 2) return emitter.node("MatMul", [left, right]);
  const inner = b.shape[transpose_b ? 1 : 0] ?? 0;
  const rows = emitter.node("Reshape", [left, emitter.integers([sizeOf(y.shape.slice(0, -1)), inner])]);
  return emitter.node("Reshape", [emitter.node("MatMul", [rows, right]), emitter.integers(y.shape)]);
}

function batchedProduct({ node: { attributes }, inputs, emitter }: LoweringContext<"matmul">): string {
  return emitter.node("BatchMatMulV2", inputs, { adj_x: { b: attributes.transpose_a }, adj_y: { b: attributes.transpose_b } });
}

function swapLastTwo(emitter: TfjsEmitter, { shape }: Value, name: string): string {
  const last = shape.length - 1;
  return emitter.node("Transpose", [name, emitter.integers([...shape.slice(0, -2).keys(), last, last - 1])]);
}
