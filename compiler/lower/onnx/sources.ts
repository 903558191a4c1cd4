import { call } from "./emitter.ts";
import type { OnnxLowering } from "./lowering.ts";
import { filled, tensor } from "./tensor.ts";

export const sources: { readonly [Op in "constant" | "fill"]: OnnxLowering<Op> } = {
  constant: ({ node: { attributes } }) =>
    call("Constant", [], { value: { tensor: tensor(attributes.dtype, attributes.shape, attributes.data) } }),
  // Scalars become constants, so that the engine's own rewrites recognise them; larger fills are made at run time and
  // not stored in the file.
  fill: ({ node, node: { attributes }, emitter, sizes }) =>
    attributes.shape.length === 0
      ? call("Constant", [], { value: { tensor: filled(attributes.dtype, [], attributes.value) } })
      : call("ConstantOfShape", [emitter.sizes(sizes.of(node, "shape"))], {
          value: { tensor: filled(attributes.dtype, [1], attributes.value) },
        }),
};
