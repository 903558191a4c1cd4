import { type Gram, entry, scaleOf } from "../gram.ts";

export interface Eigenpair {
  readonly value: number;
  readonly vector: readonly number[];
}

/** Eigenvalues, largest first, and orthonormal eigenvectors of a symmetric matrix, by cyclic Jacobi rotations (Golub & Van Loan, section 8.5). */
export function symmetricEigen(matrix: Gram): readonly Eigenpair[] {
  const size = matrix.length;
  const values = matrix.map((row) => [...row]);
  const vectors = matrix.map((_, row) => matrix.map((__, column) => (row === column ? 1 : 0)));
  const negligible = 1e-30 * scaleOf(matrix) ** 2;
  for (let sweep = 0; sweep < 60 && offDiagonal(values) > negligible; sweep++)
    for (let row = 0; row < size; row++)
      for (let column = row + 1; column < size; column++) rotate(values, vectors, row, column);
  return values
    .map((_, index) => ({ value: entry(values, index, index), vector: vectors.map((row) => row[index] ?? 0) }))
    .toSorted((left, right) => right.value - left.value);
}

function offDiagonal(values: Gram): number {
  return values.reduce(
    (sum, row, index) => sum + row.reduce((own, value, column) => own + (column === index ? 0 : value * value), 0),
    0,
  );
}

/** Makes the entry (p, q) zero by a rotation in that plane. */
function rotate(values: number[][], vectors: number[][], p: number, q: number): void {
  const off = entry(values, p, q);
  if (off === 0) return;
  const theta = (entry(values, q, q) - entry(values, p, p)) / (2 * off);
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const turn = (row: number[]) => {
    const [left, right] = [row[p] ?? 0, row[q] ?? 0];
    row[p] = cosine * left - sine * right;
    row[q] = sine * left + cosine * right;
  };
  values.forEach(turn);
  const [upper, lower] = [values[p] ?? [], values[q] ?? []];
  for (let column = 0; column < values.length; column++) {
    const [above, below] = [upper[column] ?? 0, lower[column] ?? 0];
    upper[column] = cosine * above - sine * below;
    lower[column] = sine * above + cosine * below;
  }
  vectors.forEach(turn);
}
