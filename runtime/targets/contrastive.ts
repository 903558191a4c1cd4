import { dot } from "../metrics/pair-pool.ts";
import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

const sides = ["first", "second"] as const;

/**
 * Vectors of two modalities, of length 1. Its features are a number for each value of a row, which is equal for equal
 * values, and −1 for a hard negative that a row lacks.
 */
export const contrastive: RuntimeTarget<"contrastive"> = {
  encodeIdentities: (identities, slots) => {
    for (const [index, slot] of slots.entries()) slot.fill(identities[index] ?? 0);
  },
  reading: "vectors",
  observe: (batch, row) => ({
    first: predictionRow(batch, "first", row),
    second: predictionRow(batch, "second", row),
    identities: [targetRow(batch, row, "first")[0] ?? 0, targetRow(batch, row, "second")[0] ?? 0],
  }),
  predictsNaN: ({ first, second }) => Number.isNaN(dot(first, second)),
  // The task's own loss depends on the other rows of the batch, so rows are compared by the distance of their vectors.
  loss: ({ first, second }) => 1 - dot(first, second),
  readable: ({ first, second }) => ({ target: 1, prediction: dot(first, second) }),
  // Equal vectors for all values: every candidate has the same score.
  baseline: ({ outputs }) => ({
    predictions: (size) =>
      new Map(outputs.map(({ name, shape }) => [name, new Float32Array(size * (shape[0] ?? 1))] as const)),
  }),
  predict: (outputs) => {
    const [first, second] = sides.map((name) => outputs.get(name) ?? new Float32Array(0));
    if (!first || !second) throw new Error("a pair without vectors");
    return { kind: "contrastive", score: dot(first, second), first: [...first], second: [...second] };
  },
  pairScore: ({ score }) => score,
  cells: ({ score, first, second }) => ({ score, first: JSON.stringify(first), second: JSON.stringify(second) }),
};
