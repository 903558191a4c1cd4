import type { LossDefinition } from "./loss.ts";

/**
 * softplus(x) − x·y: sigmoid cross-entropy without a logarithm of 0, over the classes of a row. An output without a
 * class has a very low score, so that its loss is 0.
 */
export const binaryCrossEntropy: LossDefinition<"binary_cross_entropy"> = {
  rows: ({ options, output, target, classMask, emit }) => {
    const losses = emit("subtract", [emit("softplus", [output], {}), emit("multiply", [output, target], {})], {});
    const all = { axes: [1], keep_dimensions: false };
    if (options.reduction === "sum") return emit("reduce_sum", [losses], all);
    if (!classMask) return emit("reduce_mean", [losses], all);
    return emit(
      "divide",
      [emit("reduce_sum", [losses], all), emit("reduce_sum", [classMask], { axes: [0], keep_dimensions: false })],
      {},
    );
  },
};
