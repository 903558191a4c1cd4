import { cellNumber } from "../data/cells/cell-number.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
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
    encode: (value, [slot], { classes }, { soft = false }) => {
      // A class may be called as JSON would be read.
      const isName = typeof value === "string" && classes.has(value.trim());
      const shares = isName ? [[value.trim(), 1] as const] : soft ? sharesIn(value) : onesIn(value);
      for (const [name, share] of shares) if (slot) slot[classIndex(name, classes)] = share;
    },
    // The class that the row is about, and each other one rarely.
    synthesize: ({ classes, soft = false }, { latent, random }) => {
      const names = declaredNames(classes);
      const own = names.filter((_, index) => random.uniform() < 0.1 || index === Math.floor(latent * names.length));
      return soft ? Object.fromEntries(own.map((name) => [name, Number((0.3 + 0.7 * latent).toFixed(2))])) : own;
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
    target: indicesAbove(target, 0).map((of) =>
      target[of] === 1 ? classOf(of) : `${classOf(of)}: ${target[of]?.toFixed(2)}`,
    ),
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

type Shares = readonly (readonly [name: string, share: number])[];

function onesIn(value: unknown): Shares {
  if (isRecord(readIn(value)))
    throw new UnreadableValue("it has shares of labels, for which the target needs `soft: true`");
  return namesIn(value).map((name) => [name, 1]);
}

/** The labels of a cell with the share of each. */
function sharesIn(value: unknown): Shares {
  const given = readIn(value);
  if (!isRecord(given)) return onesIn(given);
  return Object.entries(given).map(([name, cell]) => {
    const share = cellNumber(cell);
    if (share < 0 || share > 1) throw new UnreadableValue(`the share of "${name}", ${share}, is not between 0 and 1`);
    return [className(name), share];
  });
}

/** A list or an object from JSON, or the value itself. */
function readIn(value: unknown): unknown {
  return typeof value === "string" && /^\s*(?:\[|\{.*\}\s*$)/su.test(value)
    ? jsonCell(value, "a list of labels")
    : value;
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function namesIn(value: unknown): readonly string[] {
  const given = readIn(value);
  if (Array.isArray(given)) return given.map(className);
  if (isRecord(given)) return Object.keys(given).map(className);
  return className(given)
    .split("|")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
