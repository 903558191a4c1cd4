import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { argmax } from "../metrics/rank.ts";
import { keptInside, repeated, softmax } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { Baseline, BaselineTask, RuntimeTarget } from "./runtime-target.ts";
import { hasNaN, scoresAt } from "./token-scores.ts";

/**
 * Classes of hidden regions: `float32 [positions, classes]`, the probability of each class, −1 where a row hides fewer;
 * and `uint8 [positions]`, 1 for each position that a row has. The maker `hideParts` makes them.
 */
export const maskedClasses: RuntimeTarget<"masked_classes"> = {
  reading: "parts",
  observe: (batch, row) => {
    const shares = targetRow(batch, row) as Float32Array;
    const there = targetRow(batch, row, "there");
    const target = Int32Array.from(there, (isThere, at) =>
      isThere > 0 ? argmax(scoresAt(shares, there.length, at)) : -1,
    );
    return { scores: predictionRow(batch, "logits", row), shares, target };
  },
  predictsNaN: hasNaN,
  loss: ({ scores, shares, target }) => {
    const losses = indicesAbove(target, -0.5).map((at) =>
      crossEntropy(scoresAt(scores, target.length, at), scoresAt(shares, target.length, at)),
    );
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  },
  readable: ({ scores, target }) => {
    const hidden = indicesAbove(target, -0.5);
    return {
      target: hidden.map((at) => target[at] ?? 0),
      prediction: hidden.map((at) => argmax(scoresAt(scores, target.length, at))),
    };
  },
  baseline: (task) => meanDistribution(task),
  predict: (outputs, { hidden = [], positions = 1 }) => ({
    kind: "masked_classes",
    regions: hidden.map((region, at) => {
      const shares = softmax(scoresAt(outputs.get("logits") ?? new Float32Array(0), positions, at));
      const best = shares.indexOf(Math.max(...shares));
      return { region, class: best, probability: shares[best] ?? 0 };
    }),
  }),
  cells: ({ regions }) => ({ regions: JSON.stringify(regions) }),
};

/** −Σ p·log q. */
function crossEntropy(scores: Float32Array, shares: Float32Array): number {
  const largest = Math.max(...scores);
  const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)) + largest;
  return shares.reduce((sum, share, of) => sum + share * (total - (scores[of] ?? Number.NaN)), 0);
}

/** The mean distribution over the classes of the training rows' hidden regions. */
function meanDistribution({ outputs: [logits] }: BaselineTask): Baseline {
  const [positions = 1, classes = 1] = logits?.shape ?? [];
  const sums = new Float64Array(classes);
  let count = 0;
  return {
    add: (row) => {
      const [shares, there] = [row.get("target") ?? [], row.get("there") ?? []];
      for (const at of there.keys()) {
        if ((there[at] ?? 0) === 0) continue;
        for (let of = 0; of < classes; of++) sums[of] = (sums[of] ?? 0) + (shares[at * classes + of] ?? 0);
        count += 1;
      }
    },
    predictions: (size) => {
      const row = Float32Array.from(sums, (sum) => Math.log(keptInside(sum / Math.max(count, 1))));
      return new Map([["logits", repeated(row, size * positions)]]);
    },
  };
}
