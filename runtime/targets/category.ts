import { declaredNames } from "../synth/declared-names.ts";
import { ofClasses, predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { argmax, surprise } from "../metrics/rank.ts";
import { classIndex, className } from "./class-names.ts";
import { baselineOfIds, named, probabilityCells, softmax, softmaxEntropy } from "./class-scores.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/** One class of several: `int32 []`, the index of the class. */
export const category: RuntimeTarget<"category"> = {
  column: {
    namesIn: (value) => [className(value)],
    encode: (value, [slot], { classes }) => {
      if (slot) slot[0] = classIndex(className(value), classes);
    },
    synthesize: ({ classes }, { latent }) => {
      const names = declaredNames(classes);
      return names[Math.floor(latent * names.length)];
    },
  },
  reading: "softmax",
  observe: (batch, row) => ({
    scores: ofClasses(predictionRow(batch, "logits", row), batch),
    target: targetRow(batch, row)[0] ?? 0,
  }),
  predictsNaN: ({ scores }) => scores.some(Number.isNaN),
  loss: ({ scores, target }) => surprise(scores, target),
  readable: ({ scores, target }, { classOf }) => ({ target: classOf(target), prediction: classOf(argmax(scores)) }),
  confusion: ({ scores, target }) => ({ actual: target, predicted: argmax(scores) }),
  baseline: ({ outputs: [logits] }) => baselineOfIds(logits?.shape[0] ?? 0),
  // Outputs without a class have no name and are left out.
  predict: (outputs, { classes }) => {
    const shares = softmax((outputs.get("logits") ?? new Float32Array(0)).subarray(0, classes.length));
    const best = shares.indexOf(Math.max(...shares));
    return {
      kind: "category",
      class: classes[best] ?? "",
      probability: shares[best] ?? 0,
      probabilities: named(shares, classes),
    };
  },
  cells: ({ class: name, probability, probabilities }) => ({
    class: name,
    probability,
    ...probabilityCells(probabilities),
  }),
  entropy: { output: "logits", of: softmaxEntropy, most: Math.log },
};
