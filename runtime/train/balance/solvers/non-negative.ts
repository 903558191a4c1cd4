import { type Gram, dot, entry } from "../gram.ts";
import { solvePositive } from "./solve-positive.ts";

/**
 * The x ≥ 0 that minimises ½·xᵀHx + cᵀx for a symmetric positive definite H, by active sets (Lawson & Hanson, 1974, chapter 23). The number of
 * iterations is finite; `limit` only guards against rounding.
 */
export function minimiseNonNegative(matrix: Gram, linear: readonly number[]): readonly number[] {
  const size = linear.length;
  const limit = 10 * size + 10;
  const tolerance = 1e-14 * Math.max(...linear.map(Math.abs));
  let solution = linear.map(() => 0);
  const free = new Set<number>();
  for (let outer = 0; outer < limit; outer++) {
    const descent = solution.map((_, index) => -(dot(matrix[index] ?? [], solution) + (linear[index] ?? 0)));
    const entering = steepest(descent, free);
    if (entering === undefined || (descent[entering] ?? 0) <= tolerance) return solution;
    free.add(entering);
    for (let inner = 0; inner < limit; inner++) {
      const target = minimumOver(matrix, linear, [...free]);
      const blocking = [...free].filter((index) => (target[index] ?? 0) <= 0);
      if (blocking.length === 0) {
        solution = target;
        break;
      }
      const step = Math.min(
        ...blocking.map((index) => (solution[index] ?? 0) / ((solution[index] ?? 0) - (target[index] ?? 0))),
      );
      solution = solution.map((value, index) => value + step * ((target[index] ?? 0) - value));
      for (const index of blocking) if ((solution[index] ?? 0) <= tolerance) free.delete(index);
      solution = solution.map((value, index) => (free.has(index) ? value : 0));
      if (free.size === 0) break;
    }
  }
  return solution;
}

function steepest(descent: readonly number[], free: ReadonlySet<number>): number | undefined {
  let best: number | undefined;
  for (const [index, value] of descent.entries())
    if (!free.has(index) && (best === undefined || value > (descent[best] ?? 0))) best = index;
  return best;
}

/** The minimum over these variables, where all others are 0 and none is bounded. */
function minimumOver(matrix: Gram, linear: readonly number[], free: readonly number[]): number[] {
  const found = solvePositive(
    free.map((row) => free.map((column) => entry(matrix, row, column))),
    free.map((index) => -(linear[index] ?? 0)),
  );
  const whole = linear.map(() => 0);
  for (const [position, index] of free.entries()) whole[index] = found[position] ?? 0;
  return whole;
}
