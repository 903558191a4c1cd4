import { type Gram, dot } from "../gram.ts";

/** Solves A·x = b for a symmetric positive definite A, by Cholesky's factors L·Lᵀ = A. */
export function solvePositive(matrix: Gram, right: readonly number[]): readonly number[] {
  const factor = cholesky(matrix);
  const forward = substitute(factor, right);
  // L·Lᵀ read from its last row and column is a lower triangular system again.
  const transposed = factor.map((_, row) => factor.slice(row).map((below) => below[row] ?? 0));
  const reversed = transposed.map((column) => column.toReversed()).toReversed();
  return substitute(reversed, forward.toReversed()).toReversed();
}

/** The rows of the lower triangular factor, each up to its diagonal. */
function cholesky(matrix: Gram): readonly (readonly number[])[] {
  const factor: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const own: number[] = [];
    for (let column = 0; column <= row; column++) {
      const above = factor[column] ?? own;
      const rest = (values[column] ?? 0) - dot(own, above.slice(0, column));
      own.push(column === row ? Math.sqrt(Math.max(rest, Number.MIN_VALUE)) : rest / (above[column] ?? 1));
    }
    factor.push(own);
  }
  return factor;
}

/** Solves L·x = b for rows of L up to the diagonal. */
function substitute(lower: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const solution: number[] = [];
  for (const [row, own] of lower.entries())
    solution.push(((right[row] ?? 0) - dot(own.slice(0, row), solution)) / (own[row] ?? 1));
  return solution;
}
