import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

/**
 * softplus(x) − x·y: sigmoid cross-entropy without a logarithm of 0, over the classes of a row. An output without a
 * class has a very low score, so that its loss is 0.
 */
export const binaryCrossEntropy: LossDefinition<"binary_cross_entropy"> = {
  rows: ({ options, output, target, hasAbsent, isShare, classMask, emit, constant }) => {
    if (hasAbsent) return overCandidates({ options, output, target, isShare, emit, constant });
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

/**
 * Over the candidates of a row, of which one with the target −1 is missing. One with a grade above 0 is right, unless the
 * targets are shares.
 */
function overCandidates({
  options,
  output,
  target,
  isShare,
  emit,
  constant,
}: Pick<LossCall<"binary_cross_entropy">, "options" | "output" | "target" | "isShare" | "emit" | "constant">): Value {
  const all = { axes: [1], keep_dimensions: false };
  const above = (bound: number): Value =>
    emit("cast", [emit("greater", [target, constant(bound)], {})], { dtype: "float32" });
  const there = above(-0.5);
  const right = isShare ? emit("relu", [target], {}) : above(0);
  const losses = emit("subtract", [emit("softplus", [output], {}), emit("multiply", [output, right], {})], {});
  const sum = emit("reduce_sum", [emit("multiply", [losses, there], {})], all);
  if (options.reduction === "sum") return sum;
  return emit("divide", [sum, emit("maximum", [emit("reduce_sum", [there], all), constant(1)], {})], {});
}
