import { at } from "../at.ts";
import { type Size, fixedSize, sum } from "./any-batch.ts";
import { call } from "./emitter.ts";
import type { LoweringContext, OnnxLowering } from "./lowering.ts";

type MovementOp = "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad";

export const movement: { readonly [Op in MovementOp]: OnnxLowering<Op> } = {
  // A size of 0 would mean "as in the input" without `allowzero`.
  reshape: ({ node, inputs, emitter, sizes }) =>
    call("Reshape", [at(inputs, 0), emitter.sizes(inferred(sizes.of(node, "shape")))], { allowzero: { int: 1 } }),
  transpose: ({ node, inputs }) => call("Transpose", inputs, { perm: { ints: node.attributes.permutation } }),
  broadcast_to: (context) => call("Expand", [at(context.inputs, 0), context.emitter.sizes(expanded(context))]),
  concat: ({ node, inputs }) => call("Concat", inputs, { axis: { int: node.attributes.axis } }),
  slice: ({ node, inputs, emitter, sizes }) => {
    const starts = sizes.of(node, "starts");
    const lengths = sizes.of(node, "sizes");
    return call("Slice", [
      at(inputs, 0),
      emitter.sizes(starts),
      emitter.sizes(starts.map((start, axis) => sum(start, lengths[axis]))),
      emitter.integers(starts.map((_, axis) => axis)),
    ]);
  },
  pad: ({ node, inputs, emitter, sizes }) =>
    call("Pad", [at(inputs, 0), emitter.sizes([...sizes.of(node, "before"), ...sizes.of(node, "after")])]),
};

/** The only size of a new shape that follows from the number of rows is found by the engine, so that nothing is computed for it. */
export function inferred(shape: readonly Size[]): readonly Size[] {
  const isOnly = shape.filter(({ each }) => each !== 0).length === 1;
  const isEmpty = shape.some(({ each, fixed }) => each === 0 && fixed === 0);
  return isOnly && !isEmpty ? shape.map((size) => (size.each === 0 ? size : fixedSize(-1))) : shape;
}

/** The shape that `Expand` gets: it leaves an axis as it is where 1 is asked for. */
function expanded({ node, sizes }: LoweringContext<"broadcast_to">): readonly Size[] {
  const target = sizes.of(node, "shape");
  const own = sizes.shape(at(node.inputs, 0));
  return target.map((size, axis) => {
    const before = own[axis - (target.length - own.length)];
    return size.each !== 0 && before?.each === size.each && before.fixed === size.fixed ? fixedSize(1) : size;
  });
}
