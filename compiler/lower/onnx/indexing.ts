import { sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import { type Call, type OnnxEmitter, call, runtimeCall } from "./emitter.ts";
import type { LoweringContext, OnnxLowering } from "./lowering.ts";
import { filled, tensor } from "./tensor.ts";

type IndexingOp = "gather" | "scatter_add" | "one_hot";

/**
 * Milliseconds for 4,096 rows of 128 into 2, 50, 200, 1,000 rows: as a matmul 0.2, 1, 3, 15, as `ScatterElements`
 * always 3 (`onnxruntime-node` 1.30, two threads). The WASM build, and fewer rows, cross at the same number.
 */
const MOST_ROWS_OF_A_PRODUCT = 64;

export const indexing: { readonly [Op in IndexingOp]: OnnxLowering<Op> } = {
  gather: ({ node, inputs }) => call("Gather", inputs, { axis: { int: node.attributes.axis } }),
  scatter_add: (context) =>
    context.node.attributes.rows <= MOST_ROWS_OF_A_PRODUCT ? oneHotProduct(context) : scatterElements(context),
  one_hot: ({ node, inputs, emitter }) => oneHot(emitter, at(inputs, 0), node.attributes.depth),
};

function oneHot(emitter: OnnxEmitter, indices: string, depth: number): Call {
  return call("OneHot", [
    indices,
    emitter.constant(filled("int32", [], depth)),
    emitter.constant(tensor("float32", [2], Float32Array.of(0, 1))),
  ]);
}

/**
 * one_hot(indices)ᵀ · updates. Unlike a sum it spreads a NaN in one row to all rows, but such a step is lost in any
 * case.
 */
function oneHotProduct({ node, inputs, emitter }: LoweringContext<"scatter_add">): Call {
  const { rows } = node.attributes;
  const [count = 0, ...row] = at(node.inputs, 1).shape;
  const places = emitter.value(oneHot(emitter, at(inputs, 0), rows));
  const product = (updates: string): Call => runtimeCall("FusedMatMul", [places, updates], { transA: { int: 1 } });
  if (row.length === 1) return product(at(inputs, 1));
  const flat = emitter.value(call("Reshape", [at(inputs, 1), emitter.integers([count, sizeOf(row)])]));
  return call("Reshape", [emitter.value(product(flat)), emitter.integers([rows, ...row])]);
}

/**
 * `ScatterND(add)` is not used: ONNX Runtime runs it on several threads without regard for equal indices, and loses
 * summands.
 */
function scatterElements({ node, inputs, emitter }: LoweringContext<"scatter_add">): Call {
  const updates = at(node.inputs, 1);
  const [count = 0, ...row] = updates.shape;
  const column = emitter.value(call("Reshape", [at(inputs, 0), emitter.integers([count, ...row.map(() => 1)])]));
  const indices = emitter.value(call("Expand", [column, emitter.integers(updates.shape)]));
  const zeros = emitter.value(
    call("ConstantOfShape", [emitter.integers([node.attributes.rows, ...row])], {
      value: { tensor: filled(updates.dtype, [1], 0) },
    }),
  );
  return call("ScatterElements", [zeros, indices, at(inputs, 1)], { axis: { int: 0 }, reduction: { string: "add" } });
}
