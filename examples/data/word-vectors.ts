import { generator } from "../../runtime/random/generator.ts";

/** The rows of a sparse matrix: `of[row]` has the columns and their values. */
interface SparseRows {
  readonly columns: readonly Int32Array[];
  readonly values: readonly Float32Array[];
}

export interface WordVectors {
  /** Texts as ids from 1 on. Id 0 is padding, which ends a text. */
  readonly texts: readonly ArrayLike<number>[];
  readonly vocabulary: number;
  readonly width: number;
}

/** The standard deviation of the numbers of a vector. */
const deviation = 0.05;

/**
 * Vectors of words from how often they occur near each other: the first eigenvectors of the matrix of positive pointwise
 * mutual information, each row scaled to one length (Levy, Goldberg & Dagan, 2015, with the exponent 0 for eigenvalues;
 * the probabilities of both words are smoothed by the exponent 0.75). An id that never occurs has a random vector.
 */
export function wordVectors({ texts, vocabulary, width }: WordVectors): Float32Array {
  const matrix = informationOf(countsNearby(texts, vocabulary), vocabulary);
  const random = generator(1, "word vectors");
  let basis: Float32Array = Float32Array.from({ length: vocabulary * width }, () => random.uniform() - 0.5);
  const unseen = basis.slice();
  for (let round = 0; round < powerIterations; round++) basis = orthonormal(product(matrix, basis, width), width);
  for (let row = 0; row < vocabulary; row++) {
    const vector = basis.subarray(row * width, (row + 1) * width);
    if (matrix.columns[row]?.length === 0) vector.set(unseen.subarray(row * width, (row + 1) * width));
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let at = 0; at < width; at++) vector[at] = ((vector[at] ?? 0) / length) * deviation * Math.sqrt(width);
  }
  return basis;
}

const powerIterations = 12;
const window = 8;

/** Counts pairs of words, of which a pair at distance d counts 1∕d. The counts are symmetric. */
function countsNearby(texts: readonly ArrayLike<number>[], vocabulary: number): Float32Array {
  const counts = new Float32Array(vocabulary * vocabulary);
  for (const text of texts)
    for (let at = 0; at < text.length && text[at] !== 0; at++)
      for (let distance = 1; distance <= window && distance <= at; distance++) {
        const [one, other] = [text[at] ?? 0, text[at - distance] ?? 0];
        for (const index of [one * vocabulary + other, other * vocabulary + one])
          counts[index] = (counts[index] ?? 0) + 1 / distance;
      }
  return counts;
}

const smoothing = 0.75;

function informationOf(counts: Float32Array, vocabulary: number): SparseRows {
  const rows = Array.from({ length: vocabulary }, (_, row) =>
    counts.subarray(row * vocabulary, (row + 1) * vocabulary),
  );
  const sums = rows.map((row) => row.reduce((sum, count) => sum + count, 0));
  const smoothed = sums.map((sum) => sum ** smoothing);
  const total = smoothed.reduce((sum, share) => sum + share, 0) ** 2 / sums.reduce((sum, count) => sum + count, 0);
  const sparse = rows.map((row, index) => {
    const [columns, values]: [number[], number[]] = [[], []];
    for (let column = 0; column < vocabulary; column++) {
      const count = row[column] ?? 0;
      const value = Math.log((count * total) / ((smoothed[index] ?? 0) * (smoothed[column] ?? 0)));
      if (count === 0 || value <= 0) continue;
      columns.push(column);
      values.push(value);
    }
    return { columns: Int32Array.from(columns), values: Float32Array.from(values) };
  });
  return { columns: sparse.map(({ columns }) => columns), values: sparse.map(({ values }) => values) };
}

function product({ columns, values }: SparseRows, right: Float32Array, width: number): Float32Array {
  const result = new Float32Array(columns.length * width);
  for (const [row, places] of columns.entries()) {
    const [into, factors] = [row * width, values[row]];
    for (const [index, place] of places.entries()) {
      const [factor, from] = [factors?.[index] ?? 0, place * width];
      for (let at = 0; at < width; at++)
        result[into + at] = (result[into + at] ?? 0) + factor * (right[from + at] ?? 0);
    }
  }
  return result;
}

/** Makes the columns of a matrix orthonormal (Gram–Schmidt, twice for each column, which is as stable as Householder's way). */
function orthonormal(matrix: Float32Array, width: number): Float32Array {
  const height = matrix.length / width;
  const columns = Array.from({ length: width }, (_, column) =>
    Float64Array.from({ length: height }, (_value, row) => matrix[row * width + column] ?? 0),
  );
  for (const [index, column] of columns.entries()) {
    for (const earlier of [...columns.slice(0, index), ...columns.slice(0, index)]) {
      const share = dot(column, earlier);
      for (let row = 0; row < height; row++) column[row] = (column[row] ?? 0) - share * (earlier[row] ?? 0);
    }
    const length = Math.sqrt(dot(column, column));
    for (let row = 0; row < height; row++) column[row] = (column[row] ?? 0) / length;
  }
  return Float32Array.from(matrix, (_, index) => columns[index % width]?.[Math.floor(index / width)] ?? 0);
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < left.length; row++) sum += (left[row] ?? 0) * (right[row] ?? 0);
  return sum;
}
