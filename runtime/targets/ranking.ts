import { counted } from "../../compiler/counted.ts";
import { cellNumber } from "../data/cells/cell-number.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { jsonCell } from "../data/features/json-cell.ts";
import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { surprise } from "../metrics/rank.ts";
import { relevantOf } from "../synth/synthesis.ts";
import { indicesAbove } from "./indices-above.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/**
 * The order of candidates: `float32 [max_candidates]`, the relevance of each, −1 for a missing one. A cell has the
 * index of the relevant one, from 0, or a list of grades; in text files as JSON.
 */
export const ranking: RuntimeTarget<"ranking"> = {
  column: {
    namesIn: () => [],
    encode: (value, [slot], { candidates }) => {
      const relevances = gradesOf(value, candidates);
      if (!relevances.some((grade) => grade > 0)) throw new UnreadableValue("no candidate is relevant");
      slot?.fill(-1);
      slot?.set(relevances);
    },
    synthesize: (_, { latent, candidates }) => relevantOf(latent, candidates),
  },
  reading: "scores",
  observe: (batch, row) => ({
    scores: predictionRow(batch, "scores", row),
    relevance: targetRow(batch, row) as Float32Array | Float64Array,
  }),
  predictsNaN: ({ scores, relevance }) =>
    scores.some((score, candidate) => Number.isNaN(score) && (relevance[candidate] ?? -1) >= 0),
  loss: ({ scores, relevance }) => {
    const there = indicesAbove(relevance, -0.5);
    const own = Float32Array.from(there, (candidate) => scores[candidate] ?? Number.NaN);
    const grades = there.map((candidate) => relevance[candidate] ?? 0);
    const total = Math.max(
      grades.reduce((sum, grade) => sum + grade, 0),
      1e-6,
    );
    return grades.reduce((sum, grade, at) => sum + (grade === 0 ? 0 : (grade / total) * surprise(own, at)), 0);
  },
  // The relevant candidates, and all of them by falling score.
  readable: ({ scores, relevance }) => ({
    target: indicesAbove(relevance, 0),
    prediction: indicesAbove(relevance, -0.5).sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0)),
  }),
  // No candidate is better than another one to who does not look.
  baseline: ({ candidates }) => ({ predictions: (size) => new Map([["scores", new Float32Array(size * candidates)]]) }),
  predict: (outputs, { candidates }) => {
    const scores = [...(outputs.get("scores") ?? new Float32Array(0)).subarray(0, candidates)];
    return {
      kind: "ranking",
      order: [...scores.keys()].sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0)),
      scores,
    };
  },
  cells: ({ order, scores }) => ({ order: JSON.stringify(order), scores: JSON.stringify(scores) }),
};

function gradesOf(value: unknown, candidates: number): readonly number[] {
  const given: unknown =
    typeof value === "string" && value.trim().startsWith("[") ? jsonCell(value, "a list of numbers") : value;
  if (Array.isArray(given)) {
    const grades = given.map((grade) => cellNumber(grade));
    if (grades.length !== candidates)
      throw new UnreadableValue(
        `it has ${counted(grades.length, "grade")} where there ${candidates === 1 ? "is" : "are"} ${counted(candidates, "candidate")}`,
      );
    if (grades.some((grade) => grade < 0)) throw new UnreadableValue("a relevance is less than 0");
    return grades;
  }
  const index = cellNumber(given);
  if (!Number.isInteger(index) || index < 0 || index >= candidates)
    throw new UnreadableValue(`${index} is not the index of one of ${candidates} candidates, counted from 0`);
  return Array.from({ length: candidates }, (_, candidate) => (candidate === index ? 1 : 0));
}
