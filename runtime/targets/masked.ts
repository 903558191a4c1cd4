import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { argmax, surprise } from "../metrics/rank.ts";
import { baselineOfIds, softmax } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { MaskedPrediction } from "./prediction.ts";
import type { PredictedExample, RuntimeTarget } from "./runtime-target.ts";

/**
 * Hidden tokens of a text: `int32 [positions]`, their ids, −1 where a row hides fewer. The maker `maskTokens` makes it.
 */
export const masked: RuntimeTarget<"masked"> = {
  reading: "tokens",
  observe: (batch, row) => ({
    scores: predictionRow(batch, "logits", row),
    target: targetRow(batch, row) as Int32Array,
  }),
  // Scores at positions that a row does not have do not count.
  predictsNaN: ({ scores, target }) => {
    // This is a plain loop, because a callback for each of a split's millions of scores takes several times as long.
    const width = scores.length / target.length;
    for (let index = 0; index < scores.length; index++)
      if (Number.isNaN(scores[index]) && (target[Math.floor(index / width)] ?? -1) >= 0) return true;
    return false;
  },
  loss: ({ scores, target }) => {
    const losses = indicesAbove(target, -0.5).map((index) =>
      surprise(scoresAt(scores, target.length, index), target[index] ?? 0),
    );
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  },
  readable: ({ scores, target }, { tokenOf }) => {
    const hidden = indicesAbove(target, -0.5);
    return {
      target: hidden.map((index) => tokenOf(target[index] ?? 0)),
      prediction: hidden.map((index) => tokenOf(argmax(scoresAt(scores, target.length, index)))),
    };
  },
  baseline: ({ outputs: [logits] }) => {
    const [positions = 1, vocabulary = 0] = logits?.shape ?? [];
    return baselineOfIds(vocabulary, positions);
  },
  predict: (outputs, { asked }) => filledText(outputs.get("logits") ?? new Float32Array(0), asked),
  cells: ({ text, tokens }) => ({ text, tokens: JSON.stringify(tokens) }),
};

/** The scores over the vocabulary at one of the positions. */
function scoresAt(scores: Float32Array, positions: number, index: number): Float32Array {
  const width = scores.length / positions;
  return scores.subarray(index * width, (index + 1) * width);
}

function filledText(logits: Float32Array, asked: PredictedExample["asked"]): MaskedPrediction {
  if (!asked) throw new Error("tokens are predicted of an example without a text");
  const { ids, positions, most, decode } = asked;
  const filled = [...ids];
  const tokens = positions.map((position, index) => {
    const shares = softmax(scoresAt(logits, most, index));
    const best = shares.indexOf(Math.max(...shares));
    filled[position] = best;
    return { token: decode([best]), probability: shares[best] ?? 0 };
  });
  return { kind: "masked", text: decode(filled), tokens };
}
