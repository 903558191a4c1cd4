import { at } from "../at.ts";
import { call } from "./emitter.ts";
import type { OnnxLowering } from "./lowering.ts";

type MovementOp = "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad";

export const movement: { readonly [Op in MovementOp]: OnnxLowering<Op> } = {
  // A size of 0 would mean "as in the input" without `allowzero`.
  reshape: ({ node, inputs, emitter }) =>
    call("Reshape", [at(inputs, 0), emitter.integers(node.attributes.shape)], { allowzero: { int: 1 } }),
  transpose: ({ node, inputs }) => call("Transpose", inputs, { perm: { ints: node.attributes.permutation } }),
  broadcast_to: ({ node, inputs, emitter }) => call("Expand", [at(inputs, 0), emitter.integers(node.attributes.shape)]),
  concat: ({ node, inputs }) => call("Concat", inputs, { axis: { int: node.attributes.axis } }),
  slice: ({ node: { attributes }, inputs, emitter }) => {
    const ends = attributes.starts.map((start, axis) => start + (attributes.sizes[axis] ?? 0));
    return call("Slice", [
      at(inputs, 0),
      emitter.integers(attributes.starts),
      emitter.integers(ends),
      emitter.integers(ends.map((_, axis) => axis)),
    ]);
  },
  pad: ({ node: { attributes }, inputs, emitter }) =>
    call("Pad", [at(inputs, 0), emitter.integers([...attributes.before, ...attributes.after])]),
};
