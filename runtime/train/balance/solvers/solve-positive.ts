import type { Gram } from "../gram.ts";

/** Solves A·x = b for a symmetric positive definite A, by Cholesky's factors L·Lᵀ = A. */
export function solvePositive(matrix: Gram, right: readonly number[]): readonly number[] {
  const factor: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const own: number[] = [];
    for (let column = 0; column <= row; column++) {
      const above = factor[column] ?? own;
      let rest = values[column] ?? 0;
      for (let index = 0; index < column; index++) rest -= (own[index] ?? 0) * (above[index] ?? 0);
      own.push(column === row ? Math.sqrt(Math.max(rest, Number.MIN_VALUE)) : rest / (above[column] ?? 1));
    }
    factor.push(own);
  }
  const forward: number[] = [];
  for (const [row, own] of factor.entries()) {
    let rest = right[row] ?? 0;
    for (let index = 0; index < row; index++) rest -= (own[index] ?? 0) * (forward[index] ?? 0);
    forward.push(rest / (own[row] ?? 1));
  }
  const solution = [...forward];
  for (let row = factor.length - 1; row >= 0; row--) {
    let rest = forward[row] ?? 0;
    for (let below = row + 1; below < factor.length; below++)
      rest -= (factor[below]?.[row] ?? 0) * (solution[below] ?? 0);
    solution[row] = rest / (factor[row]?.[row] ?? 1);
  }
  return solution;
}
