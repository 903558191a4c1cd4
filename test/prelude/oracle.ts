/** Plain loops over matrices, by the definitions of the papers and by nothing that the compiler knows. */
export type Matrix = readonly (readonly number[])[];

export function matrix(values: readonly number[], columns: number): Matrix {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

export function zip(a: Matrix, b: Matrix, combine: (x: number, y: number) => number): Matrix {
  return a.map((row, i) => row.map((x, j) => combine(x, b[i]?.[j] ?? Number.NaN)));
}

export const add = (a: Matrix, b: Matrix): Matrix => zip(a, b, (x, y) => x + y);

export function affine(x: Matrix, kernel: Matrix, bias: readonly number[]): Matrix {
  return x.map((row) =>
    bias.map((b, j) => row.reduce((sum, value, k) => sum + value * (kernel[k]?.[j] ?? Number.NaN), b)),
  );
}

/** Ba et al., 2016, eqs 3–4. */
export function layerNorm(x: Matrix, scale: readonly number[], offset: readonly number[], epsilon = 1e-6): Matrix {
  return x.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map(
      (value, j) =>
        ((value - mean) / Math.sqrt(variance + epsilon)) * (scale[j] ?? Number.NaN) + (offset[j] ?? Number.NaN),
    );
  });
}

/** x·Φ(x), with Φ by numerical integration of the normal density (Simpson's rule). */
export function gelu(x: number): number {
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const steps = 400;
  const width = x / steps;
  let integral = density(0) + density(x);
  for (let step = 1; step < steps; step++) integral += (step % 2 === 0 ? 2 : 4) * density(step * width);
  return x * (0.5 + (integral * width) / 3);
}

export interface AttentionSettings {
  readonly heads: number;
  readonly mask?: readonly number[];
  /** One number for all logits, or one for each. */
  readonly bias?: number | Matrix;
}

/** Vaswani et al., 2017, eq. 1 in each of `heads` slices of the width; keys whose mask is 0 are passed over. */
export function attention(
  query: Matrix,
  key: Matrix,
  value: Matrix,
  { heads, mask, bias = 0 }: AttentionSettings,
): Matrix {
  const side = (query[0]?.length ?? 0) / heads;
  const out = (value[0]?.length ?? 0) / heads;
  return query.map((q, from) =>
    Array.from({ length: heads }, (_, head) => head).flatMap((head) => {
      const weights = key.map((k, place) => {
        let dot = typeof bias === "number" ? bias : (bias[from]?.[place] ?? Number.NaN);
        for (let c = head * side; c < (head + 1) * side; c++)
          dot += ((q[c] ?? Number.NaN) * (k[c] ?? Number.NaN)) / Math.sqrt(side);
        return (mask?.[place] ?? 1) * Math.exp(dot);
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return Array.from({ length: out }, (_, c) =>
        value.reduce(
          (sum, row, place) => sum + ((weights[place] ?? 0) / total) * (row[head * out + c] ?? Number.NaN),
          0,
        ),
      );
    }),
  );
}

/** Weights by name, as the graph was given them. */
export interface Weights {
  readonly matrix: (name: string) => Matrix;
  readonly vector: (name: string) => readonly number[];
}

export function linear(x: Matrix, path: string, { matrix, vector }: Weights): Matrix {
  return affine(x, matrix(`${path}.kernel`), vector(`${path}.bias`));
}

export function norm(x: Matrix, path: string, { vector }: Weights): Matrix {
  return layerNorm(x, vector(`${path}.scale`), vector(`${path}.offset`));
}

export function mlp(x: Matrix, path: string, weights: Weights): Matrix {
  return linear(
    linear(x, `${path}.up`, weights).map((row) => row.map(gelu)),
    `${path}.down`,
    weights,
  );
}

export function attends(
  x: Matrix,
  memory: Matrix,
  path: string,
  weights: Weights,
  settings: AttentionSettings,
): Matrix {
  const [query, key, value] = [
    linear(x, `${path}.query`, weights),
    linear(memory, `${path}.key`, weights),
    linear(memory, `${path}.value`, weights),
  ];
  return linear(attention(query, key, value, settings), `${path}.output`, weights);
}
