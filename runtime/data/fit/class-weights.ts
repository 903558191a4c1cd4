import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { OrderedMap } from "../../../compiler/schema/types.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { UserError } from "../../user-error.ts";

/** A row of the training split: the index of its class, and its own weight. */
export interface ClassifiedRow {
  readonly classIndex: number;
  readonly weight: number;
}

/** The factor on the weight of training rows of each class, by class index; `undefined` if all classes count alike. */
export function classWeights(
  { name: task, target }: ResolvedTask,
  indices: ReadonlyMap<string, number>,
  rows: () => Iterable<ClassifiedRow>,
): readonly number[] | undefined {
  const { classes, classWeights: given } = targetOf(target);
  if (!classes || given === undefined) return undefined;
  if (given === "balanced") return balanced(classes.count, rows());
  if (isList(given)) return given;
  const weights = Array.from({ length: classes.count }, () => 1);
  for (const [name, weight] of given) {
    const index = indices.get(name);
    if (index === undefined)
      throw new UserError(
        "data",
        `Task "${task}" has a weight for the class "${name}", which is not in its training split.`,
        `Its classes are ${[...indices.keys()].map((each) => `"${each}"`).join(", ")}.`,
      );
    weights[index] = weight;
  }
  return weights;
}

/**
 * n ∕ (k·nᶜ) for class c, where n counts rows by their weights and k is the number of classes that occur:
 * `compute_class_weight("balanced")` of scikit-learn.
 */
function balanced(count: number, rows: Iterable<ClassifiedRow>): readonly number[] {
  const sums = Array.from({ length: count }, () => 0);
  for (const { classIndex, weight } of rows) sums[classIndex] = (sums[classIndex] ?? 0) + weight;
  const total = sums.reduce((sum, each) => sum + each, 0);
  const occurring = sums.filter((sum) => sum > 0).length;
  return sums.map((sum) => (sum === 0 ? 1 : total / (occurring * sum)));
}

function isList(value: readonly number[] | OrderedMap<number>): value is readonly number[] {
  return value.every((each) => typeof each === "number");
}
