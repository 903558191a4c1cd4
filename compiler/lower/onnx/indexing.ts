import { call } from "./emitter.ts";
import { type OnnxLowering, at } from "./lowering.ts";
import { filled, tensor } from "./tensor.ts";

type IndexingOp = "gather" | "scatter_add" | "one_hot";

export const indexing: { readonly [Op in IndexingOp]: OnnxLowering<Op> } = {
  gather: ({ node, inputs }) => call("Gather", inputs, { axis: { int: node.attributes.axis } }),
  // Not `ScatterND(add)`: ONNX Runtime adds from several threads without care for equal indices, and loses summands.
  scatter_add: ({ node, inputs, emitter }) => {
    const updates = at(node.inputs, 1);
    const [count = 0, ...row] = updates.shape;
    const column = emitter.value(call("Reshape", [at(inputs, 0), emitter.integers([count, ...row.map(() => 1)])]));
    const indices = emitter.value(call("Expand", [column, emitter.integers(updates.shape)]));
    const zeros = emitter.value(
      call("ConstantOfShape", [emitter.integers([node.attributes.rows, ...row])], { value: { tensor: filled(updates.dtype, [1], 0) } }),
    );
    return call("ScatterElements", [zeros, indices, at(inputs, 1)], { axis: { int: 0 }, reduction: { string: "add" } });
  },
  one_hot: ({ node: { attributes }, inputs, emitter }) =>
    call("OneHot", [at(inputs, 0), emitter.constant(filled("int32", [], attributes.depth)), emitter.constant(tensor("float32", [2], Float32Array.of(0, 1)))]),
};
