import { type GraphInput, sizeOf } from "../../../compiler/graph/graph.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import { weightInMean } from "./weight-in-mean.ts";

/**
 * Adds up the gradients of batches and tasks for one update, on the host and in the order of the calls, so that the bits do not depend on
 * anything else. A weight that no batch reached keeps a zero gradient.
 */
export class GradientSum {
  readonly #sums: ReadonlyMap<string, Float32Array>;

  /** @param inputs The gradients that the `apply` graph takes. */
  constructor(inputs: readonly GraphInput[]) {
    const gradients = inputs.filter((input) => input.role.kind === "gradient");
    this.#sums = new Map(gradients.map(({ name, value }) => [name, new Float32Array(sizeOf(value.shape))]));
  }

  clear(): void {
    for (const sum of this.#sums.values()) sum.fill(0);
  }

  /** Adds gradients times a factor: the same for all, or by the name of the gradient. */
  add(gradients: ReadonlyMap<string, TensorData>, factor: number | ((name: string) => number)): void {
    for (const [name, sum] of this.#sums) {
      const gradient = gradients.get(name);
      if (!gradient) continue;
      const by = typeof factor === "number" ? factor : factor(name);
      for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + by * (gradient[index] ?? 0);
    }
  }

  /** √(Σ g²) over all of them. */
  get norm(): number {
    let squares = 0;
    for (const sum of this.#sums.values()) for (const value of sum) squares += value * value;
    return Math.sqrt(squares);
  }

  /** The sums by input name. */
  get sums(): ReadonlyMap<string, Float32Array> {
    return this.#sums;
  }
}

/**
 * The factors that make the sum of batches' gradients the gradient of one batch of all their rows. Each batch's loss is a weighted mean over its own
 * rows, so it counts in proportion to their weight. Where no row counts all batches count alike, for terms of the loss that do not depend on rows.
 */
export function batchFactors(rowWeights: readonly Float32Array[], rule: Rules["weightedMean"]): readonly number[] {
  const [only, ...more] = rowWeights;
  if (only && more.length === 0) return [1];
  const sums = rowWeights.map((weights) => weights.reduce((sum, weight) => sum + weight, 0));
  const total = weightInMean(
    sums.reduce((sum, each) => sum + each, 0),
    rule,
  );
  return sums.map((sum) => (total === 0 ? 1 / sums.length : weightInMean(sum, rule) / total));
}
