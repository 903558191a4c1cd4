import { DATA_TYPE } from "./graph-model.ts";
import type { TfjsLowering } from "./lowering.ts";

export const sources: { readonly [Op in "constant" | "fill"]: TfjsLowering<Op> } = {
  constant: ({ node, emitter }) => [emitter.constant(node.attributes)],
  // Constants other than scalars are made at run time and not stored in the shards.
  fill: ({ node: { attributes }, emitter }) => {
    const { dtype, shape, value } = attributes;
    const scalar = emitter.constant({ dtype, shape: [], data: ARRAY[dtype].of(value) });
    return [
      shape.length === 0
        ? scalar
        : emitter.node("Fill", [emitter.integers(shape), scalar], { T: { type: DATA_TYPE[dtype] } }),
    ];
  },
};

const ARRAY = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
