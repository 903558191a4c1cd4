import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { argmax } from "../metrics/rank.ts";
import { baselineOfIds, softmax } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { MaskedPrediction } from "./prediction.ts";
import type { PredictedExample, RuntimeTarget } from "./runtime-target.ts";
import { hasNaN, meanSurprise, scoresAt } from "./token-scores.ts";

/**
 * Hidden tokens of a text: `int32 [positions]`, their ids, −1 where a row hides fewer. The maker `maskTokens` makes it.
 */
export const masked: RuntimeTarget<"masked"> = {
  reading: "tokens",
  observe: (batch, row) => ({
    scores: predictionRow(batch, "logits", row),
    target: targetRow(batch, row) as Int32Array,
  }),
  predictsNaN: hasNaN,
  loss: meanSurprise,
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
