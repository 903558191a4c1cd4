import { at } from "../at.ts";
import { DATA_TYPE } from "./graph-model.ts";
import type { LoweringContext, TfjsLowering } from "./lowering.ts";

type IndexingOp = "gather" | "scatter_add" | "one_hot";

export const indexing: { readonly [Op in IndexingOp]: TfjsLowering<Op> } = {
  gather: ({ node, inputs, emitter }) => [emitter.node("GatherV2", [...inputs, emitter.integer(node.attributes.axis)])],
  scatter_add: scatterAdd,
  one_hot: oneHot,
};

/**
 * `ScatterNd` sums updates with the same index. `UnsortedSegmentSum` is missing in the format and in the WASM backend.
 */
function scatterAdd({ node, inputs, emitter }: LoweringContext<"scatter_add">): readonly string[] {
  const [count = 0] = at(node.inputs, 0).shape;
  const places = emitter.node("Reshape", [at(inputs, 0), emitter.integers([count, 1])]);
  return [emitter.node("ScatterNd", [places, at(inputs, 1), emitter.integers(at(node.outputs, 0).shape)])];
}

/** Goes through int32, because the WASM backend's kernel writes int32 whatever type is requested. */
function oneHot({ node, inputs, emitter }: LoweringContext<"one_hot">): readonly string[] {
  const flags = emitter.node(
    "OneHot",
    [at(inputs, 0), emitter.integer(node.attributes.depth), emitter.integer(1), emitter.integer(0)],
    { T: { type: DATA_TYPE.int32 } },
  );
  return [emitter.node("Cast", [flags], { DstT: { type: DATA_TYPE.float32 } })];
}
