import { at } from "../at.ts";
import { call, castTo } from "./emitter.ts";
import type { OnnxLowering } from "./lowering.ts";

type ReductionOp = "reduce_sum" | "reduce_mean" | "reduce_max";

function reduction<Op extends ReductionOp>(operator: string): OnnxLowering<Op> {
  return ({ node: { attributes }, inputs, emitter }) =>
    call(operator, [...inputs, emitter.integers(attributes.axes)], {
      keepdims: { int: attributes.keep_dimensions ? 1 : 0 },
    });
}

const LAST_AXIS = { axis: { int: -1 } };

export const reductions: {
  readonly [Op in ReductionOp | "argmax" | "softmax" | "log_softmax" | "layer_norm"]: OnnxLowering<Op>;
} = {
  reduce_sum: reduction("ReduceSum"),
  reduce_mean: reduction("ReduceMean"),
  reduce_max: reduction("ReduceMax"),
  argmax: ({ node, inputs, emitter }) =>
    castTo(
      emitter.value(call("ArgMax", [at(inputs, 0)], { axis: { int: node.attributes.axis }, keepdims: { int: 0 } })),
      "int32",
    ),
  softmax: ({ inputs }) => call("Softmax", inputs, LAST_AXIS),
  log_softmax: ({ inputs }) => call("LogSoftmax", inputs, LAST_AXIS),
  // The second and third outputs are the saved mean and inverse deviation, with the axis kept.
  layer_norm: ({ node, inputs }) =>
    call("LayerNormalization", inputs, { ...LAST_AXIS, epsilon: { float: node.attributes.epsilon } }),
};
