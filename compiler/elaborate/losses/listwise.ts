import type { LossDefinition } from "./loss.ts";

const overCandidates = { axes: [1], keep_dimensions: false };

/**
 * −Σ r̂ₐ·log P(a|Q) with P = softmax(γ·Rel(Q, ·)) over the candidates that there are and r̂ their relevance with the
 * sum 1 (Liu et al., 2019, eq. 5 and 6).
 */
export const listwise: LossDefinition<"listwise"> = {
  rows: ({ options, output, target, emit, constant }) => {
    const relevance = emit("relu", [target], {});
    // This is 0 for a candidate; for a missing one, which has relevance −1, it is so low that its probability is 0.
    const absent = emit("multiply", [emit("minimum", [target, constant(0)], {}), constant(1e9)], {});
    const scores = options.gamma === 1 ? output : emit("multiply", [output, constant(options.gamma)], {});
    const logarithms = emit("log_softmax", [emit("add", [scores, absent], {})], {});
    const weighed = emit("reduce_sum", [emit("multiply", [relevance, logarithms], {})], overCandidates);
    const total = emit("maximum", [emit("reduce_sum", [relevance], overCandidates), constant(1e-6)], {});
    return emit("negate", [emit("divide", [weighed, total], {})], {});
  },
};
