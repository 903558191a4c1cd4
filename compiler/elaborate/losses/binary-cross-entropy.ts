import type { LossDefinition } from "./loss.ts";

/** softplus(x) − x·y: sigmoid cross-entropy without a logarithm of 0, over the classes of a row. */
export const binaryCrossEntropy: LossDefinition<"binary_cross_entropy"> = {
  targets: ["labels"],
  rows: ({ options, output, target, emit }) => {
    const losses = emit("subtract", [emit("softplus", [output], {}), emit("multiply", [output, target], {})], {});
    return emit(options.reduction === "sum" ? "reduce_sum" : "reduce_mean", [losses], { axes: [1], keep_dimensions: false });
  },
};
