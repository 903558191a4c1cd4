import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

type Scored = Pick<LossCall<"cross_entropy">, "output" | "target" | "emit" | "constant">;

interface ClassScores {
  /** log p of every class, [B, K]; of tokens [B, P, V]. */
  readonly logarithms: Value;
  /** [B] or [B, P]: 1 where there is a target; `undefined` if there always is. */
  readonly there: Value | undefined;
  /** log p of the right class, [B] or [B, P]. */
  readonly right: Value;
}

function classScores(call: Scored): ClassScores {
  const { output, target, emit, constant } = call;
  if (target.shape.length === 3) return distributionScores(call);
  const logarithms = emit("log_softmax", [output], {});
  const ofTokens = output.shape.length === 3;
  // A position without a token has the target −1, for which no class is right on any engine.
  const number = ofTokens ? emit("cast", [target], { dtype: "float32" }) : undefined;
  const there = number && emit("cast", [emit("greater", [number, constant(-0.5)], {})], { dtype: "float32" });
  const known = number ? emit("cast", [emit("maximum", [number, constant(0)], {})], { dtype: "int32" }) : target;
  const right = emit("one_hot", [known], { depth: output.shape.at(-1) ?? 0 });
  return { logarithms, there, right: alongClasses(emit, "reduce_sum", emit("multiply", [logarithms, right], {})) };
}

/** Scores for a distribution over the classes at each position, [B, P, V], which is −1 where there is none. */
function distributionScores({ output, target, emit, constant }: Scored): ClassScores {
  const logarithms = emit("log_softmax", [output], {});
  const [first = 0, second = 0, classes = 0] = target.shape;
  const one = emit("slice", [target], { starts: [0, 0, 0], sizes: [first, second, Math.min(1, classes)] });
  const there = emit("reshape", [emit("greater", [one, constant(-0.5)], {})], { shape: [first, second] });
  const shares = emit("relu", [target], {});
  return {
    logarithms,
    there: emit("cast", [there], { dtype: "float32" }),
    right: alongClasses(emit, "reduce_sum", emit("multiply", [logarithms, shares], {})),
  };
}

function alongClasses(emit: Scored["emit"], op: "reduce_sum" | "reduce_mean", value: Value): Value {
  return emit(op, [value], { axes: [value.shape.length - 1], keep_dimensions: false });
}

/** The loss of a row: that of its class, or the mean over its hidden tokens; 0 if there are none. */
function overTokens({ emit, constant }: Scored, losses: Value, there: Value | undefined): Value {
  if (!there) return losses;
  const count = emit("maximum", [alongClasses(emit, "reduce_sum", there), constant(1)], {});
  return emit("divide", [alongClasses(emit, "reduce_sum", emit("multiply", [losses, there], {})), count], {});
}

/** Over the classes that there are. */
function meanOverClasses({ classMask, emit }: LossCall<"cross_entropy">, values: Value): Value {
  if (!classMask) return alongClasses(emit, "reduce_mean", values);
  const count = emit("reduce_sum", [classMask], { axes: [0], keep_dimensions: false });
  return emit("divide", [alongClasses(emit, "reduce_sum", emit("multiply", [values, classMask], {})), count], {});
}

/** −(1−ε)·log p_y − ε/K·Σ log p (Szegedy et al., 2016, §7). */
export const crossEntropy: LossDefinition<"cross_entropy"> = {
  rows: (call) => {
    const { emit, constant, options } = call;
    const { logarithms, there, right } = classScores(call);
    const smoothing = options.label_smoothing;
    const sharp = emit("multiply", [right, constant(-(1 - smoothing))], {});
    if (smoothing === 0) return overTokens(call, sharp, there);
    const even = emit("multiply", [meanOverClasses(call, logarithms), constant(-smoothing)], {});
    return overTokens(call, emit("add", [sharp, even], {}), there);
  },
};

/** Σ p·log p − Σ p·log q: the first sum is 0 where one class is right. */
export const klDivergence: LossDefinition<"kl_divergence"> = {
  rows: (call) => {
    const { target, emit, constant } = call;
    const { there, right } = classScores(call);
    const apart = emit("negate", [right], {});
    if (target.shape.length < 3) return overTokens(call, apart, there);
    const shares = emit("relu", [target], {});
    // A share of 0 adds 0.
    const logarithms = emit("log", [emit("maximum", [shares, constant(1e-30)], {})], {});
    const certainty = alongClasses(emit, "reduce_sum", emit("multiply", [shares, logarithms], {}));
    return overTokens(call, emit("add", [apart, certainty], {}), there);
  },
};

/** −(1−p)^γ · log p (Lin et al., 2017, eq. 4). The power is e^(γ·log(1−p)), with 1−p kept away from 0. */
export const focal: LossDefinition<"focal"> = {
  rows: (call) => {
    const { emit, constant, options } = call;
    const { there, right } = classScores(call);
    const wrong = emit("maximum", [emit("subtract", [constant(1), emit("exp", [right], {})], {}), constant(1e-7)], {});
    const scale = emit("exp", [emit("multiply", [emit("log", [wrong], {}), constant(options.gamma)], {})], {});
    return overTokens(call, emit("negate", [emit("multiply", [scale, right], {})], {}), there);
  },
};
