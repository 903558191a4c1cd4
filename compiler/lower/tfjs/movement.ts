import { at } from "../at.ts";
import { broadcast } from "./broadcast.ts";
import type { TfjsLowering } from "./lowering.ts";

type MovementOp = "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad";

export const movement: { readonly [Op in MovementOp]: TfjsLowering<Op> } = {
  reshape: ({ node, inputs, emitter }) => [
    emitter.node("Reshape", [...inputs, emitter.integers(node.attributes.shape)]),
  ],
  transpose: ({ node, inputs, emitter }) => [
    emitter.node("Transpose", [...inputs, emitter.integers(node.attributes.permutation)]),
  ],
  broadcast_to: ({ node, inputs, emitter, target }) => [
    broadcast(emitter, target, { ...at(node.inputs, 0), name: at(inputs, 0) }, node.attributes.shape),
  ],
  concat: ({ node, inputs, emitter }) => [
    emitter.node("ConcatV2", [...inputs, emitter.integer(node.attributes.axis)], { N: { i: String(inputs.length) } }),
  ],
  slice: ({ node: { attributes }, inputs, emitter }) => [
    emitter.node("Slice", [...inputs, emitter.integers(attributes.starts), emitter.integers(attributes.sizes)]),
  ],
  pad: ({ node: { attributes }, inputs, emitter }) => {
    const { before, after } = attributes;
    const paddings = Int32Array.from(before.flatMap((count, axis) => [count, after[axis] ?? 0]));
    return [
      emitter.node("Pad", [
        at(inputs, 0),
        emitter.constant({ dtype: "int32", shape: [before.length, 2], data: paddings }),
      ]),
    ];
  },
};
