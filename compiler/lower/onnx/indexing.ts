import { sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import { type Size, fixedSize } from "./any-batch.ts";
import { type Call, type OnnxEmitter, call, runtimeCall } from "./emitter.ts";
import { swapped } from "./linear-algebra.ts";
import type { LoweringContext, OnnxLowering } from "./lowering.ts";
import { inferred } from "./movement.ts";
import { filled, tensor } from "./tensor.ts";

type IndexingOp = "gather" | "scatter_add" | "one_hot";

/**
 * Milliseconds for 4,096 rows of 128 into 2, 50, 200, 1,000 rows: as a matmul 0.2, 1, 3, 15, as `ScatterElements`
 * always 3 (`onnxruntime-node` 1.30, two threads). The WASM build, and fewer rows, cross at the same number.
 */
const MOST_ROWS_OF_A_PRODUCT = 64;

export const indexing: { readonly [Op in IndexingOp]: OnnxLowering<Op> } = {
  gather: ({ node, inputs }) => call("Gather", inputs, { axis: { int: node.attributes.axis } }),
  scatter_add: (context) => (isProduct(context) ? oneHotProduct(context) : scatterElements(context)),
  one_hot: ({ node, inputs, emitter, sizes }) => oneHot(emitter, at(inputs, 0), at(sizes.of(node, "depth"), 0)),
};

/** A few rows, whose number is known, of updates that are lists of numbers as long as is known. */
function isProduct({ node, sizes }: LoweringContext<"scatter_add">): boolean {
  const known = [...sizes.of(node, "rows"), ...sizes.shape(at(node.inputs, 1)).slice(1)];
  return known.every(({ each }) => each === 0) && node.attributes.rows <= MOST_ROWS_OF_A_PRODUCT;
}

function oneHot(emitter: OnnxEmitter, indices: string, depth: Size): Call {
  return call("OneHot", [
    indices,
    depth.each === 0 ? emitter.constant(filled("int32", [], depth.fixed)) : emitter.sizes([depth]),
    emitter.constant(tensor("float32", [2], Float32Array.of(0, 1))),
  ]);
}

/**
 * one_hot(indices)ᵀ · updates. Unlike a sum it spreads a NaN in one row to all rows, but such a step is lost in any
 * case.
 */
function oneHotProduct({ node, inputs, emitter, sizes, operators }: LoweringContext<"scatter_add">): Call {
  const { rows } = node.attributes;
  const [, ...row] = at(node.inputs, 1).shape;
  const count = at(sizes.shape(at(node.inputs, 1)), 0);
  const places = emitter.value(oneHot(emitter, at(inputs, 0), fixedSize(rows)));
  const product = (updates: string): Call =>
    operators === "standard"
      ? call("MatMul", [swapped(emitter, places, 2), updates])
      : runtimeCall("FusedMatMul", [places, updates], { transA: { int: 1 } });
  if (row.length === 1) return product(at(inputs, 1));
  const columns = fixedSize(sizeOf(row));
  const flat = emitter.value(call("Reshape", [at(inputs, 1), emitter.sizes(inferred([count, columns]))]));
  return call("Reshape", [emitter.value(product(flat)), emitter.integers([rows, ...row])]);
}

/**
 * `ScatterND(add)` is not used: ONNX Runtime runs it on several threads without regard for equal indices, and loses
 * summands.
 */
function scatterElements({ node, inputs, emitter, sizes }: LoweringContext<"scatter_add">): Call {
  const updates = at(node.inputs, 1);
  const shape = sizes.shape(updates);
  const [count, ...row] = shape;
  const ones = inferred([...(count ? [count] : []), ...row.map(() => fixedSize(1))]);
  const column = emitter.value(call("Reshape", [at(inputs, 0), emitter.sizes(ones)]));
  const indices = emitter.value(call("Expand", [column, emitter.sizes(shape)]));
  const zeros = emitter.value(
    call("ConstantOfShape", [emitter.sizes([...sizes.of(node, "rows"), ...row])], {
      value: { tensor: filled(updates.dtype, [1], 0) },
    }),
  );
  return call("ScatterElements", [zeros, indices, at(inputs, 1)], { axis: { int: 0 }, reduction: { string: "add" } });
}
