import { counted } from "../../compiler/counted.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { jsonCell } from "../data/features/json-cell.ts";
import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { argmax } from "../metrics/rank.ts";
import { declaredNames } from "../synth/declared-names.ts";
import { classIndex, className } from "./class-names.ts";
import { baselineOfIds, softmax } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { RuntimeTarget } from "./runtime-target.ts";
import { hasNaN, meanSurprise, scoresAt } from "./token-scores.ts";

/**
 * A class for each word of a text: `int32 [max_length]`, the class at the first token of each word, −1 elsewhere. A cell
 * is a list of names, in text files as JSON, or names with white space between.
 */
export const tags: RuntimeTarget<"tags"> = {
  column: {
    namesIn,
    encode: (value, [slot], { classes, words }) => {
      if (!slot || !words) throw new Error("words are tagged of a row without a text");
      const names = namesIn(value);
      const isCut = words.isFull && names.length > words.starts.length;
      if (names.length !== words.starts.length && !isCut)
        throw new UnreadableValue(
          `it has ${counted(names.length, "tag")} for ${counted(words.starts.length, "word")} of the text`,
        );
      slot.fill(-1);
      for (const [word, position] of words.starts.entries()) slot[position] = classIndex(names[word] ?? "", classes);
    },
    // Words with the same first letter have the same class, so that there is something to learn.
    synthesize: ({ modality, classes }, { inputs }) => {
      const names = declaredNames(classes);
      const text = inputs[modality];
      const words = typeof text === "string" ? text.split(/\s+/u).filter((word) => word !== "") : [];
      return words.map((word) => names[(word.codePointAt(0) ?? 0) % names.length]);
    },
  },
  reading: "tags",
  observe: (batch, row) => ({
    scores: predictionRow(batch, "logits", row),
    target: targetRow(batch, row) as Int32Array,
  }),
  predictsNaN: hasNaN,
  loss: meanSurprise,
  readable: ({ scores, target }, { classOf }) => {
    const words = indicesAbove(target, -0.5);
    return {
      target: words.map((position) => classOf(target[position] ?? 0)),
      prediction: words.map((position) => classOf(argmax(scoresAt(scores, target.length, position)))),
    };
  },
  baseline: ({ outputs: [logits] }) => {
    const [length = 1, classes = 0] = logits?.shape ?? [];
    return baselineOfIds(classes, length);
  },
  predict: (outputs, { classes, words }) => {
    const logits = outputs.get("logits") ?? new Float32Array(0);
    const best = (words?.starts ?? []).map((position) => {
      const shares = softmax(scoresAt(logits, words?.length ?? 1, position).subarray(0, classes.length));
      const index = shares.indexOf(Math.max(...shares));
      return { tag: classes[index] ?? "", probability: shares[index] ?? 0 };
    });
    return {
      kind: "tags",
      tags: best.map(({ tag }) => tag),
      probabilities: best.map(({ probability }) => probability),
    };
  },
  cells: ({ tags: names, probabilities }) => ({
    tags: names.join(" "),
    probabilities: JSON.stringify(probabilities),
  }),
};

function namesIn(value: unknown): readonly string[] {
  const given = typeof value === "string" && value.trim().startsWith("[") ? jsonCell(value, "tags") : value;
  if (Array.isArray(given)) return given.map(className);
  return className(given)
    .split(/\s+/u)
    .filter((name) => name !== "");
}
