import type { FileScope } from "../bind/symbols.ts";

/**
 * The names that a loss in the language can use: the prediction of the task, its target, the task's head as a layer
 * with its weights, the weight of each row, and the prediction of the stage's teacher.
 */
export const lossNames = ["output", "target", "head", "row_weight", "teacher"] as const;
export type LossName = (typeof lossNames)[number];

/** The names that a loss in this file is given: a name that the file declares itself keeps its meaning. */
export function givenNames({ symbols }: FileScope): readonly LossName[] {
  return lossNames.filter((name) => !symbols.has(name));
}
