import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { argmax } from "../metrics/rank.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import { baselineOfIds, repeated } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { Baseline, BaselineTask, RuntimeTarget } from "./runtime-target.ts";
import { hasNaN, meanSurprise, scoresAt } from "./token-scores.ts";

/** The name under which the generated text of each row is beside the outputs of the graph: its ids, then −1. */
export const generatedIds = "generated";

/**
 * The tokens of a text: `int32 [max_length]`, the ids of the right tokens, −1 behind the end. The maker `shiftTokens`
 * makes it.
 */
export const sequence: RuntimeTarget<"sequence"> = {
  reading: "next_tokens",
  observe: (batch, row) => {
    const generated = batch.predictions.get(generatedIds);
    const width = (generated?.length ?? 0) / batch.rowWeight.length;
    return {
      scores: predictionRow(batch, "logits", row),
      target: targetRow(batch, row) as Int32Array,
      generated: generated && idsIn(generated.subarray(row * width, (row + 1) * width)),
    };
  },
  predictsNaN: hasNaN,
  loss: meanSurprise,
  readable: ({ scores, target, generated }, { textOf }) => ({
    target: textOf(idsIn(target)),
    // If no text was generated, each token is the most likely one after the right ones.
    prediction: textOf(
      generated ??
        idsIn(indicesAbove(target, -0.5).map((position) => argmax(scoresAt(scores, target.length, position)))),
    ),
  }),
  baseline: (task) => mostFrequentText(task),
  predict: (_, { generated }) => {
    if (!generated) throw new Error("the text of an example was not generated");
    const { ids, logProbability, textOf } = generated;
    return { kind: "sequence", text: textOf(ids), probability: Math.exp(logProbability) };
  },
  cells: ({ text, probability }) => ({ text, probability }),
};

/** The ids of a text up to its end. */
function idsIn(ids: ArrayLike<number>): readonly number[] {
  const all = Array.from(ids);
  const end = all.findIndex((id) => id < 0 || id === specialIds.separator);
  return end < 0 ? all : all.slice(0, end);
}

/** The most frequent text of the training rows, and for single tokens their frequencies. */
function mostFrequentText({ outputs: [logits] }: BaselineTask): Baseline {
  const [length = 1, vocabulary = 0] = logits?.shape ?? [];
  const tokens = baselineOfIds(vocabulary, length);
  const counts = new Map<string, number>();
  return {
    add: (row) => {
      tokens.add?.(row);
      const key = idsIn(row.get("target") ?? []).join(" ");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    predictions: (size) => {
      const [best] = [...counts].reduce<readonly [string, number]>(
        (most, each) => (each[1] > most[1] ? each : most),
        ["", 0],
      );
      const row = new Int32Array(length).fill(-1);
      row.set(best === "" ? [] : best.split(" ").map(Number));
      return new Map([...tokens.predictions(size), [generatedIds, repeated(row, size)]]);
    },
  };
}
