import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

const lastAxis = { axes: [1], keep_dimensions: false };

interface ClassScores {
  /** log p of every class, [B, K]. */
  readonly logarithms: Value;
  /** log p of the right class, [B]. */
  readonly right: Value;
}

function classScores({ output, target, emit }: Pick<LossCall<"cross_entropy">, "output" | "target" | "emit">): ClassScores {
  const logarithms = emit("log_softmax", [output], {});
  const right = emit("one_hot", [target], { depth: output.shape[1] ?? 0 });
  return { logarithms, right: emit("reduce_sum", [emit("multiply", [logarithms, right], {})], lastAxis) };
}

/** −(1−ε)·log p_y − ε/K·Σ log p (Szegedy et al., 2016, §7). */
export const crossEntropy: LossDefinition<"cross_entropy"> = {
  targets: ["category"],
  rows: (call) => {
    const { emit, constant, options } = call;
    const { logarithms, right } = classScores(call);
    const smoothing = options.label_smoothing;
    const sharp = emit("multiply", [right, constant(-(1 - smoothing))], {});
    if (smoothing === 0) return sharp;
    const even = emit("multiply", [emit("reduce_mean", [logarithms], lastAxis), constant(-smoothing)], {});
    return emit("add", [sharp, even], {});
  },
};

/** −(1−p)^γ · log p (Lin et al., 2017, eq. 4). The power is e^(γ·log(1−p)), with 1−p kept away from 0. */
export const focal: LossDefinition<"focal"> = {
  targets: ["category"],
  rows: (call) => {
    const { emit, constant, options } = call;
    const { right } = classScores(call);
    const wrong = emit("maximum", [emit("subtract", [constant(1), emit("exp", [right], {})], {}), constant(1e-7)], {});
    const scale = emit("exp", [emit("multiply", [emit("log", [wrong], {}), constant(options.gamma)], {})], {});
    return emit("negate", [emit("multiply", [scale, right], {})], {});
  },
};
