import { expressions } from "../../graph/expressions.ts";
import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

type PairsCall = Pick<LossCall<"info_nce">, "outputs" | "targets" | "rowWeight" | "builder">;
type ScaleCall = Pick<LossCall<"info_nce">, "builder" | "learned"> & {
  readonly options: { readonly temperature: number; readonly learned: boolean };
};

/** The pairs of a batch of B rows: row i has the pairs (first of i, second of j). */
interface Pairs {
  /** [B, B]: the dot product of each pair. */
  readonly scores: Value;
  /** [B, B]: 1 for the pair of a row with itself. */
  readonly own: Value;
  /**
   * [B, B]: 1 for a pair that is neither right nor wrong: of rows with an equal value of one of the modalities, and with a row that does not
   * count. It is 0 for the pair of a row with itself.
   */
  readonly left: Value;
}

/** CLIP keeps the factor on scores at or below 100 (Radford et al., 2021, §2.5). */
const largestScale = Math.log(100);

function pairsOf({ outputs, targets, rowWeight, builder }: PairsCall): Pairs {
  const [first, second] = outputs;
  const e = expressions(builder);
  const weight = rowWeight();
  const [size = 0] = weight.shape;
  if (!first || !second) throw new Error("a loss of pairs compares two outputs");
  const column = (value: Value): Value => e.reshape(value, [size, 1]);
  const row = (value: Value): Value => e.reshape(value, [1, size]);
  const equal = targets.map((identity) => e.cast(e.equal(column(identity), row(identity)), "float32"));
  const skipped = [e.cast(e.equal(row(weight), 0), "float32"), ...equal].reduce((one, other) => e.maximum(one, other));
  const own = builder.emit("constant", [], {
    dtype: "float32",
    shape: [size, size],
    data: Float32Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0)),
  });
  return {
    scores: builder.emit("matmul", [first, second], { transpose_a: false, transpose_b: true, scale: 1 }),
    own,
    left: e.multiply(skipped, e.subtract(1, own)),
  };
}

/** 1 ∕ temperature: a number, or e to the power of a weight, which is then limited. */
function scaleOf({ options, builder, learned }: ScaleCall): Value | number {
  const e = expressions(builder);
  if (!options.learned) return 1 / options.temperature;
  return e.exp(e.minimum(learned("log_scale", -Math.log(options.temperature)), largestScale));
}

/** −½·(log P(second of i | first of i) + log P(first of i | second of i)), each over the rows of the batch. */
export const infoNce: LossDefinition<"info_nce"> = {
  rows: (call) => {
    const { builder } = call;
    const e = expressions(builder);
    const { scores, own, left } = pairsOf(call);
    const scaled = e.multiply(scores, scaleOf(call));
    // It is so low that the probability of the pair is 0.
    const none = e.multiply(left, -1e9);
    const logarithmOfOwn = (given: Value): Value =>
      e.reduceSum(e.multiply(builder.emit("log_softmax", [e.add(given, none)], {}), own), [1], "drop");
    const reversed = builder.emit("transpose", [scaled], { permutation: [1, 0] });
    return e.multiply(e.add(logarithmOfOwn(scaled), logarithmOfOwn(reversed)), -0.5);
  },
};

/** Σⱼ −log σ(z·(score ∕ temperature + bias)), where z is 1 for the own pair and −1 for the others. */
export const pairwiseSigmoid: LossDefinition<"pairwise_sigmoid"> = {
  rows: (call) => {
    const { options, builder, learned } = call;
    const e = expressions(builder);
    const { scores, own, left } = pairsOf(call);
    const bias = options.learned ? learned("bias", options.bias) : options.bias;
    const logits = e.add(e.multiply(scores, scaleOf(call)), bias);
    const wrong = builder.emit("softplus", [e.multiply(logits, e.subtract(1, e.multiply(own, 2)))], {});
    return e.reduceSum(e.multiply(wrong, e.subtract(1, left)), [1], "drop");
  },
};
