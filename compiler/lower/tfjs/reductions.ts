import { at } from "../at.ts";
import type { LoweringContext, TfjsLowering } from "./lowering.ts";

type ReductionOp = "reduce_sum" | "reduce_mean" | "reduce_max";

function reduction<Op extends ReductionOp>(operator: string): TfjsLowering<Op> {
  return ({ node: { attributes }, inputs, emitter }) => [
    emitter.node(operator, [...inputs, emitter.integers(attributes.axes)], {
      keep_dims: { b: attributes.keep_dimensions },
    }),
  ];
}

export const reductions: {
  readonly [Op in ReductionOp | "argmax" | "softmax" | "log_softmax" | "layer_norm"]: TfjsLowering<Op>;
} = {
  reduce_sum: reduction("Sum"),
  reduce_mean: reduction("Mean"),
  reduce_max: reduction("Max"),
  argmax: ({ node, inputs, emitter }) => [
    emitter.node("ArgMax", [at(inputs, 0), emitter.integer(node.attributes.axis)]),
  ],
  softmax: ({ inputs, emitter }) => [emitter.node("Softmax", inputs)],
  log_softmax: ({ inputs, emitter }) => [emitter.node("LogSoftmax", inputs)],
  layer_norm: layerNorm,
};

/**
 * Ba et al. (2016), equations 3 and 4. The variance is computed from deviations, because squares lose precision far
 * from zero.
 */
function layerNorm({ node, inputs, emitter }: LoweringContext<"layer_norm">): readonly string[] {
  const axis = emitter.integers([at(node.inputs, 0).shape.length - 1]);
  const meanOf = (x: string): string => emitter.node("Mean", [x, axis], { keep_dims: { b: true } });
  const mean = meanOf(at(inputs, 0));
  const deviation = emitter.node("Sub", [at(inputs, 0), mean]);
  const variance = meanOf(emitter.node("Square", [deviation]));
  const inverse = emitter.node("Rsqrt", [emitter.node("AddV2", [variance, emitter.float(node.attributes.epsilon)])]);
  const scaled = emitter.node("Mul", [emitter.node("Mul", [deviation, inverse]), at(inputs, 1)]);
  return [emitter.node("AddV2", [scaled, at(inputs, 2)]), mean, inverse];
}
