interface Counted {
  readonly words: readonly string[];
  readonly value: number;
}

/** Ridge regression on the counts of words (Hoerl & Kennard, 1970), solved by conjugate gradients. The intercept is the mean. */
export function ridgeByWords(
  rows: readonly Counted[],
  { penalty }: { readonly penalty: number },
): (words: readonly string[]) => number {
  const mean = rows.reduce((sum, { value }) => sum + value, 0) / rows.length;
  const places = new Map([...new Set(rows.flatMap(({ words }) => words))].map((word, place) => [word, place]));
  const columns = rows.map(({ words }) => words.flatMap((word) => places.get(word) ?? []));
  const predict = (weights: Float64Array, of: readonly number[]): number =>
    of.reduce((sum, place) => sum + (weights[place] ?? 0), 0);
  /** Computes Xᵀ·r. */
  const gathered = (residuals: readonly number[]): Float64Array => {
    const sums = new Float64Array(places.size);
    for (const [row, of] of columns.entries())
      for (const place of of) sums[place] = (sums[place] ?? 0) + (residuals[row] ?? 0);
    return sums;
  };
  /** Computes (XᵀX + penalty)·w. */
  const applied = (weights: Float64Array): Float64Array =>
    gathered(columns.map((of) => predict(weights, of))).map((value, place) => value + penalty * (weights[place] ?? 0));
  const weights = solve(applied, gathered(rows.map(({ value }) => value - mean)));
  return (words) =>
    mean +
    predict(
      weights,
      words.flatMap((word) => places.get(word) ?? []),
    );
}

/** The method of conjugate gradients (Hestenes & Stiefel, 1952). */
function solve(applied: (x: Float64Array) => Float64Array, wanted: Float64Array): Float64Array {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const plus = (a: Float64Array, factor: number, b: Float64Array): Float64Array =>
    a.map((value, at) => value + factor * (b[at] ?? 0));
  let x: Float64Array = new Float64Array(wanted.length);
  let [residual, direction] = [wanted, wanted];
  for (let step = 0; step < 500 && dot(residual, residual) > 1e-12 * dot(wanted, wanted); step++) {
    const product = applied(direction);
    const length = dot(residual, residual) / dot(direction, product);
    const next = plus(residual, -length, product);
    x = plus(x, length, direction);
    direction = plus(next, dot(next, next) / dot(residual, residual), direction);
    residual = next;
  }
  return x;
}
