import { expressions } from "../../graph/expressions.ts";
import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

type PairsCall = Pick<LossCall<"info_nce">, "outputs" | "targets" | "rowWeight" | "builder">;
type ScaleCall = Pick<LossCall<"info_nce">, "builder" | "learned"> & {
  readonly options: { readonly temperature: number; readonly learned: boolean };
};

/**
 * The pairs of a batch of B rows: row i has the pairs (first of i, candidate j). The candidates are the B second values, then the hard
 * negatives of all rows, one modality after another: C in all.
 */
interface Pairs {
  /** [B, C]: the dot product of each pair. */
  readonly scores: Value;
  /** [B, C]: 1 for the pair of a row with its own second value. */
  readonly own: Value;
  /**
   * [B, C]: 1 for a pair that is neither right nor wrong: of rows with an equal value of one of the modalities, with a hard negative that
   * equals the row's second value or that there is none of, and with a row that does not count. It is 0 for a right pair.
   */
  readonly left: Value;
}

/** The number that stands for a hard negative that a row lacks. */
const missing = -1;

/** CLIP keeps the factor on scores at or below 100 (Radford et al., 2021, §2.5). */
const largestScale = Math.log(100);

function pairsOf({ outputs, targets, rowWeight, builder }: PairsCall): Pairs {
  const [first, ...candidates] = outputs;
  const [ofFirst, ...identities] = targets.slice(0, outputs.length);
  const e = expressions(builder);
  const weight = rowWeight();
  const [size = 0] = weight.shape;
  if (!first || !ofFirst || candidates.length === 0) throw new Error("a loss of pairs compares two outputs");
  const joined = (values: readonly Value[]): Value => {
    const [only, ...others] = values;
    return only && others.length === 0 ? only : builder.emit("concat", values, { axis: 0 });
  };
  const count = size * candidates.length;
  const column = (value: Value): Value => e.reshape(value, [size, 1]);
  const row = (value: Value): Value => e.reshape(value, [1, count]);
  const asFactor = (value: Value): Value => e.cast(value, "float32");
  // A hard negative of a row with an equal first value is a wrong partner of that value too, so no first value is compared with it.
  const [, ...hard] = identities;
  const none = hard.map(() => builder.emit("fill", [], { dtype: "int32", shape: [size], value: missing }));
  const [ofSecond] = identities;
  if (!ofSecond) throw new Error("a loss of pairs compares two modalities");
  const skipped = [
    e.equal(row(joined(candidates.map(() => weight))), 0),
    e.equal(column(ofFirst), row(joined([ofFirst, ...none]))),
    e.equal(column(ofSecond), row(joined(identities))),
    ...(hard.length > 0 ? [e.equal(row(joined(identities)), missing)] : []),
  ]
    .map(asFactor)
    .reduce((one, other) => e.maximum(one, other));
  const own = builder.emit("constant", [], {
    dtype: "float32",
    shape: [size, count],
    data: Float32Array.from({ length: size * count }, (_, index) => (index % (count + 1) === 0 ? 1 : 0)),
  });
  return {
    scores: builder.emit("matmul", [first, joined(candidates)], { transpose_a: false, transpose_b: true, scale: 1 }),
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

/** −½·(log P(second of i | first of i) + log P(first of i | second of i)), over the candidates, and over the rows of the batch. */
export const infoNce: LossDefinition<"info_nce"> = {
  rows: (call) => {
    const { builder } = call;
    const e = expressions(builder);
    const { scores, own, left } = pairsOf(call);
    const scaled = e.multiply(scores, scaleOf(call));
    const [size = 0, count = 0] = own.shape;
    const ofRows = (value: Value): Value =>
      count === size ? value : builder.emit("slice", [value], { starts: [0, 0], sizes: [size, size] });
    // It is so low that the probability of the pair is 0.
    const none = e.multiply(left, -1e9);
    const logarithmOfOwn = (given: Value, without: Value, right: Value): Value =>
      e.reduceSum(e.multiply(builder.emit("log_softmax", [e.add(given, without)], {}), right), [1], "drop");
    // Hard negatives are wrong partners of first values alone (Karpukhin et al., 2020, eq. 2; Gao et al., 2021, eq. 5).
    const reversed = builder.emit("transpose", [ofRows(scaled)], { permutation: [1, 0] });
    const ofFirst = logarithmOfOwn(scaled, none, own);
    const ofSecond = logarithmOfOwn(reversed, ofRows(none), ofRows(own));
    return e.multiply(e.add(ofFirst, ofSecond), -0.5);
  },
};

/** Σⱼ −log σ(z·(score ∕ temperature + bias)), where z is 1 for the own pair and −1 for the others; j goes over the candidates. */
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
