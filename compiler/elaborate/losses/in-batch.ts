import { expressions } from "../../graph/expressions.ts";
import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

type PairsCall = Pick<LossCall<"info_nce">, "outputs" | "targets" | "rowWeight" | "builder">;
type ScaleCall = Pick<LossCall<"info_nce">, "builder" | "learned"> & {
  readonly options: { readonly temperature: number; readonly learned: boolean };
};

/** Pairs of the first values of a batch of B rows with others that are wrong, or neither right nor wrong. */
interface OtherPairs {
  /** [B, C]: the dot product of each pair. */
  readonly scores: Value;
  /** [B, C]: 1 for a pair that is neither right nor wrong. */
  readonly left: Value;
}

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
  /**
   * The pairs (first of i, hard negative of j), where the modalities of hard negatives follow one another; `undefined` without any. Such a
   * pair is wrong unless the hard negative equals the second value of i, or is lacking, or the row j does not count.
   */
  readonly hard: OtherPairs | undefined;
}

/** The number that stands for a hard negative that a row lacks. */
const lacking = -1;

/** CLIP keeps the factor on scores at or below 100 (Radford et al., 2021, §2.5). */
const largestScale = Math.log(100);

function pairsOf({ outputs, targets, rowWeight, builder }: PairsCall): Pairs {
  const [first, second, ...negatives] = outputs;
  const e = expressions(builder);
  const weight = rowWeight();
  const [size = 0] = weight.shape;
  if (!first || !second) throw new Error("a loss of pairs compares two outputs");
  const column = (value: Value): Value => e.reshape(value, [size, 1]);
  const row = (value: Value): Value => e.reshape(value, [1, value.shape[0] ?? size]);
  const anyOf = (conditions: readonly Value[]): Value =>
    conditions.map((each) => e.cast(each, "float32")).reduce((one, other) => e.maximum(one, other));
  const doesNotCount = e.equal(row(weight), 0);
  const equal = targets.slice(0, 2).map((identity) => e.equal(column(identity), row(identity)));
  const scoresOf = (of: Value): Value =>
    builder.emit("matmul", [first, of], { transpose_a: false, transpose_b: true, scale: 1 });
  const own = builder.emit("constant", [], {
    dtype: "float32",
    shape: [size, size],
    data: Float32Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0)),
  });
  return {
    scores: scoresOf(second),
    own,
    left: e.multiply(anyOf([doesNotCount, ...equal]), e.subtract(1, own)),
    hard: negatives.length > 0 ? hardPairs() : undefined,
  };

  function hardPairs(): OtherPairs {
    const [, ofSecond] = targets;
    if (!ofSecond) throw new Error("a loss of pairs compares two modalities");
    const all = row(e.concat(targets.slice(2, outputs.length), 0));
    const weights = negatives.map(() => weight);
    return {
      scores: scoresOf(e.concat(negatives, 0)),
      left: anyOf([e.equal(row(e.concat(weights, 0)), 0), e.equal(column(ofSecond), all), e.equal(all, lacking)]),
    };
  }
}

/** 1 ∕ temperature: a number, or e to the power of a weight, which is then limited. */
function scaleOf({ options, builder, learned }: ScaleCall): Value | number {
  const e = expressions(builder);
  if (!options.learned) return 1 / options.temperature;
  return e.exp(e.minimum(learned("log_scale", -Math.log(options.temperature)), largestScale));
}

/**
 * −½·(log P(second of i | first of i) + log P(first of i | second of i)), each over the rows of the batch. The first one is over the hard
 * negatives too (Karpukhin et al., 2020, eq. 2; Gao et al., 2021, eq. 5).
 */
export const infoNce: LossDefinition<"info_nce"> = {
  rows: (call) => {
    const { builder } = call;
    const e = expressions(builder);
    const { scores, own, left, hard } = pairsOf(call);
    const scale = scaleOf(call);
    // The logit of a pair that does not count is so low that its probability is 0.
    const logits = (scaled: Value, without: Value): Value => e.add(scaled, e.multiply(without, -1e9));
    const logarithmOfOwn = (given: Value): Value => {
      const logarithms = builder.emit("log_softmax", [given], {});
      return e.reduceSum(e.multiply(e.slice(logarithms, [0, 0], own.shape), own), [1], "drop");
    };
    const scaled = e.multiply(scores, scale);
    const ofHard = hard ? [logits(e.multiply(hard.scores, scale), hard.left)] : [];
    const reversed = builder.emit("transpose", [scaled], { permutation: [1, 0] });
    const ofFirst = logarithmOfOwn(e.concat([logits(scaled, left), ...ofHard], 1));
    return e.multiply(e.add(ofFirst, logarithmOfOwn(logits(reversed, left))), -0.5);
  },
};

/** Σⱼ −log σ(z·(score ∕ temperature + bias)), where z is 1 for the own pair and −1 for the others, those with hard negatives among them. */
export const pairwiseSigmoid: LossDefinition<"pairwise_sigmoid"> = {
  rows: (call) => {
    const { options, builder, learned } = call;
    const e = expressions(builder);
    const { scores, own, left, hard } = pairsOf(call);
    const scale = scaleOf(call);
    const bias = options.learned ? learned("bias", options.bias) : options.bias;
    const logitsOf = (given: Value): Value => e.add(e.multiply(given, scale), bias);
    const sumOf = (wrong: Value, without: Value): Value =>
      e.reduceSum(e.multiply(builder.emit("softplus", [wrong], {}), e.subtract(1, without)), [1], "drop");
    const ofRows = sumOf(e.multiply(logitsOf(scores), e.subtract(1, e.multiply(own, 2))), left);
    return hard ? e.add(ofRows, sumOf(logitsOf(hard.scores), hard.left)) : ofRows;
  },
};
