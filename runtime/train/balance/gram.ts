/** Gradients of one task by the input of the `apply` graph; a weight that the task does not reach is missing, or zero. */
export type Gradients = ReadonlyMap<string, ArrayLike<number>>;

/** The dot products of the gradients of tasks: a symmetric matrix, task by task, whose diagonal has the squared norms. */
export type Gram = readonly (readonly number[])[];

/** The Gram matrix over the gradients of these names, summed in float64 in their order. */
export function gramOf(tasks: readonly Gradients[], names: ReadonlySet<string>): Gram {
  const gram = tasks.map(() => tasks.map(() => 0));
  for (const [row, left] of tasks.entries())
    for (const [column, right] of tasks.entries()) {
      if (column < row) continue;
      const product = dotProduct(left, right, names);
      set(gram, row, column, product);
      set(gram, column, row, product);
    }
  return gram;
}

function set(matrix: readonly number[][], row: number, column: number, value: number): void {
  const found = matrix[row];
  if (found) found[column] = value;
}

function dotProduct(left: Gradients, right: Gradients, names: ReadonlySet<string>): number {
  let sum = 0;
  for (const name of names) {
    const [values, others] = [left.get(name), right.get(name)];
    if (!values || !others) continue;
    for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) * (others[index] ?? 0);
  }
  return sum;
}

/** Entry of a Gram matrix. */
export function entry(gram: Gram, row: number, column: number): number {
  return gram[row]?.[column] ?? 0;
}

/** G·x. */
export function times(gram: Gram, vector: readonly number[]): readonly number[] {
  return gram.map((row) => dot(row, vector));
}

export function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The largest diagonal entry: the scale of a matrix of dot products. */
export function scaleOf(gram: Gram): number {
  return Math.max(0, ...gram.map((row, index) => row[index] ?? 0));
}
