import { jsonCell } from "../data/features/json-cell.ts";
import { ofClasses, predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { declaredNames } from "../synth/declared-names.ts";
import { classIndex, className } from "./class-names.ts";
import { keptInside, meansOfTargets, named, probabilityCells, repeated, softmaxEntropy } from "./class-scores.ts";
import { indicesAbove } from "./indices-above.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/**
 * Any number of classes: `float32 [classes]`, 1 for each label of the row. A list of names, in text files as JSON, or
 * names with `|` between; an empty list is a row with no label.
 */
export const labels: RuntimeTarget<"labels"> = {
  column: {
    namesIn,
    encode: (value, [slot], { classes }) => {
      // A class may be called as JSON would be read.
      const names = typeof value === "string" && classes.has(value.trim()) ? [value.trim()] : namesIn(value);
      for (const name of names) if (slot) slot[classIndex(name, classes)] = 1;
    },
    // The class that the row is about, and each other one rarely.
    synthesize: ({ classes }, { latent, random }) => {
      const names = declaredNames(classes);
      return names.filter((_, index) => random.uniform() < 0.1 || index === Math.floor(latent * names.length));
    },
  },
  reading: "sigmoid",
  observe: (batch, row) => ({
    scores: ofClasses(predictionRow(batch, "logits", row), batch),
    target: ofClasses(targetRow(batch, row) as Float32Array, batch),
  }),
  predictsNaN: ({ scores }) => scores.some(Number.isNaN),
  loss: ({ scores, target }) =>
    scores.reduce(
      (sum, score, of) => sum + Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - score * (target[of] ?? 0),
      0,
    ) / scores.length,
  readable: ({ scores, target }, { classOf }) => ({
    target: indicesAbove(target, 0.5).map(classOf),
    prediction: indicesAbove(scores, 0).map(classOf),
  }),
  // The log-odds of each label by how often the training rows have it.
  baseline: ({ outputs: [logits] }) => {
    const { add, means } = meansOfTargets(logits?.shape[0] ?? 0);
    const logOdds = (share: number): number => Math.log(keptInside(share) / (1 - keptInside(share)));
    return { add, predictions: (size) => new Map([["logits", repeated(Float32Array.from(means(), logOdds), size)]]) };
  },
  predict: (outputs, { classes }) => {
    const logits = (outputs.get("logits") ?? new Float32Array(0)).subarray(0, classes.length);
    const probabilities = Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
    return {
      kind: "labels",
      labels: classes.filter((_, index) => (probabilities[index] ?? 0) > 0.5),
      probabilities: named(probabilities, classes),
    };
  },
  cells: ({ labels: names, probabilities }) => ({ labels: names.join("|"), ...probabilityCells(probabilities) }),
  // Labels are independent of each other, so that their entropies add up.
  entropy: {
    output: "logits",
    of: (logits) => logits.reduce((sum, logit) => sum + softmaxEntropy([logit, 0]), 0),
    most: (count) => count * Math.LN2,
  },
};

function namesIn(value: unknown): readonly string[] {
  const given = typeof value === "string" && value.trim().startsWith("[") ? jsonCell(value, "a list of labels") : value;
  if (Array.isArray(given)) return given.map(className);
  return className(given)
    .split("|")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
