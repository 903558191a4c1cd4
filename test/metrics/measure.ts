import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { Measurement } from "../../runtime/metrics/measurement.ts";

export interface Rows {
  readonly predictions: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  /** The weights of the rows; 0.5 each by default. */
  readonly weights?: readonly number[];
}

export const targets: { readonly [Kind in ResolvedTarget["kind"]]: (classes: number) => ResolvedTarget } = {
  category: (classes) => ({ kind: "category", column: "y", classes }),
  labels: (classes) => ({ kind: "labels", column: "y", classes }),
  number: () => ({ kind: "number", column: "y", standardise: true }),
  vector: (size) => ({ kind: "vector", column: "y", size, standardise: true }),
  ranking: () => ({ kind: "ranking", column: "y" }),
  choice: () => ({ kind: "choice", modality: "x", column: "y", overlap: 0.5 }),
  matching: () => ({ kind: "matching", first: "x", second: "y" }),
  aligned: () => ({ kind: "aligned", first: "x", second: "y", rate: 0.5 }),
  contrastive: (numbers) => ({ kind: "contrastive", first: "x", second: "y", width: Math.ceil(numbers / 2) }),
  masked: () => ({ kind: "masked", modality: "x", rate: 0.15, keep: 0.1, replace: 0.1, unit: "token" }),
  reconstruct: () => ({ kind: "reconstruct", modality: "x", patch: 1 }),
  sequence: () => ({ kind: "sequence", modality: "x", decode: { kind: "greedy" } }),
  boxes: (numbers) => ({ kind: "boxes", column: "y", classes: 3, most: 3, queries: numbers / 8 }),
};

/**
 * The outputs that each kind is predicted by, which have equal parts of a row, and the numbers of one row of its target;
 * without a width as many as are predicted. Parts of the target have equal parts of them unless `shares` says how many of each.
 */
const shapes: {
  readonly [Kind in ResolvedTarget["kind"]]: {
    readonly outputs: readonly string[];
    readonly parts?: readonly string[];
    readonly shares?: readonly number[];
    readonly width?: number | ((predicted: number) => number);
    readonly asTensor: (numbers: readonly number[]) => Int32Array | Float32Array | Float64Array;
  };
} = {
  category: { outputs: ["logits"], width: 1, asTensor: (numbers) => Int32Array.from(numbers) },
  labels: { outputs: ["logits"], asTensor: (numbers) => Float32Array.from(numbers) },
  number: { outputs: ["value"], width: 1, asTensor: (numbers) => Float32Array.from(numbers) },
  vector: { outputs: ["values"], asTensor: (numbers) => Float64Array.from(numbers) },
  ranking: { outputs: ["scores"], asTensor: (numbers) => Float32Array.from(numbers) },
  choice: {
    outputs: ["scores"],
    parts: ["target", "overlap"],
    width: (predicted) => 2 * predicted,
    asTensor: (numbers) => Float32Array.from(numbers),
  },
  matching: { outputs: ["scores"], asTensor: (numbers) => Float32Array.from(numbers) },
  aligned: { outputs: ["logits"], width: 1, asTensor: (numbers) => Int32Array.from(numbers) },
  contrastive: {
    outputs: ["first", "second"],
    parts: ["first", "second"],
    width: 2,
    asTensor: (numbers) => Int32Array.from(numbers),
  },
  masked: { outputs: ["logits"], width: 2, asTensor: (numbers) => Int32Array.from(numbers) },
  reconstruct: { outputs: ["values"], asTensor: (numbers) => Float32Array.from(numbers) },
  sequence: { outputs: ["logits"], width: 2, asTensor: (numbers) => Int32Array.from(numbers) },
  boxes: {
    outputs: ["logits", "boxes"],
    parts: ["classes", "boxes"],
    shares: [1, 4],
    width: 15,
    asTensor: (numbers) => Float32Array.from(numbers),
  },
};

/** Measures in batches of `size`, the last one padded with rubbish of weight 0. */
export function measure(
  options: ResolvedMetric,
  kind: ResolvedTarget["kind"],
  { predictions, targets: wanted, weights }: Rows,
  size = 3,
): number {
  const classes = predictions[0]?.length ?? 2;
  const target = targets[kind](classes);
  const measurement = new Measurement(
    { target, metrics: [options] },
    { names: Array.from({ length: classes }, (_, of) => `class ${of}`), scored: kind === "boxes" ? 3 : classes },
  );
  for (let start = 0; start < predictions.length; start += size) {
    const rows = Array.from({ length: size }, (_, index) => start + index);
    const {
      outputs,
      parts = ["target"],
      shares = parts.map(() => 1),
      asTensor,
      width: declared = classes,
    } = shapes[kind];
    const width = typeof declared === "number" ? declared : declared(classes);
    const padded = (table: Rows["predictions"], numbers: number, among: readonly number[], index: number) =>
      rows.flatMap((row) => {
        const before = (end: number) => among.slice(0, end).reduce((sum, share) => sum + share, 0);
        const part = numbers / before(among.length);
        return (table[row] ?? Array<number>(numbers).fill(1)).slice(before(index) * part, before(index + 1) * part);
      });
    const equal = outputs.map(() => 1);
    measurement.add({
      predictions: new Map(
        outputs.map((name, index) => [name, Float32Array.from(padded(predictions, classes, equal, index))]),
      ),
      targets: new Map(parts.map((name, index) => [name, asTensor(padded(wanted, width, shares, index))])),
      rowWeight: Float32Array.from(rows, (row) => (row < predictions.length ? (weights?.[row] ?? 0.5) : 0)),
    });
  }
  return measurement.values()[0]?.value ?? NaN;
}

/** Classes 0 to 3 of which 3 neither occurs nor is predicted; a tie in the last row. */
export const category: Rows = {
  predictions: [
    [2, 1, 0, -1],
    [0, 3, 1, -2],
    [1, 0, 2, -1],
    [0, 2, 1, -3],
    [3, 2, 1, 0],
    [0, 1, 5, -1],
    [1, 4, 2, 0],
    [1, 1, 0, 0],
  ],
  targets: [[0], [1], [2], [2], [1], [2], [0], [0]],
};

export const labels: Rows = {
  predictions: [
    [1.5, -0.5, 0.2],
    [-1, 2, 0.2],
    [0.3, 0.1, -0.4],
    [-0.2, -0.6, 0.9],
    [0.8, 0.4, -1.1],
  ],
  targets: [
    [1, 0, 1],
    [0, 1, 0],
    [0, 1, 0],
    [1, 0, 0],
    [1, 0, 0],
  ],
};

export const number: Rows = {
  predictions: [[2.5], [0.5], [2], [8], [2]],
  targets: [[3], [-0.5], [2], [7], [2.5]],
};

/** The rows of scikit-learn's documentation of metrics of several outputs. */
export const vector: Rows = {
  predictions: [
    [0, 2],
    [-1, 2],
    [8, -5],
  ],
  targets: [
    [0.5, 1],
    [-1, 1],
    [7, -6],
  ],
};

/** The second row has three candidates, the last row a tie. */
export const ranking: Rows = {
  predictions: [
    [0.1, 0.2, 0.3, 4, 70],
    [2, 1, 3, 9, 9],
    [1, 1, 0, 0, -1],
  ],
  targets: [
    [10, 0, 0, 1, 5],
    [1, 0, 0, -1, -1],
    [0, 1, 0, 0, 0],
  ],
};

/**
 * The grades of four regions, −1 for one that is missing, and their overlaps with the right box. The last row has
 * a tie, and the third one no region that is right.
 */
export const choice: Rows = {
  predictions: [
    [3, 1, 0, 9],
    [0, 1, 2, 3],
    [1, 0, 0, 0],
    [2, 2, 0, 0],
  ],
  targets: [
    [0.75, 0, 0.5, -1, 0.75, 0.25, 0.5, 0],
    [0, 1, 0, 0, 0, 1, 0, 0.125],
    [0, 0, 0, 0, 0.25, 0, 0, 0],
    [1, 0, 0, 0, 1, 0.5, 0, 0],
  ],
};

/**
 * Vectors of two numbers of either modality. The second row has the first value of the first row, the third row its
 * second one; the scores of the last two rows are equal.
 */
export const contrastive: Rows = {
  predictions: [
    [1, 0, 0.8, 0.6],
    [1, 0, 0.6, 0.8],
    [0, 1, 0.8, 0.6],
    [0.6, 0.8, 0, 1],
    [0.8, 0.6, 0, 1],
  ],
  targets: [
    [1, 1],
    [1, 2],
    [2, 1],
    [3, 3],
    [4, 4],
  ],
};

/** Two positions per row, three tokens. The second position of the last two rows has no token. */
export const masked: Rows = {
  predictions: [
    [2, 1, 0, 0, 0, 0],
    [0, 3, 1, 5, 5, 5],
    [1, 0, 2, -1, 4, 4],
  ],
  targets: [
    [0, 2],
    [2, -1],
    [2, -1],
  ],
};

/** Two queries of three classes, the fourth for no object, and their boxes; up to three objects. The last row has none. */
export const boxes: Rows = {
  predictions: [
    [2, 0, 0, 1, 0, 1, 0, 2, 0.5, 0.5, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5],
    [0, 3, 0, 1, 0, 0, 4, 0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.5, 0.25, 0.5],
    [1, 0, 0, 1, 2, 1, 0, 2, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25],
  ],
  targets: [
    [0, 1, -1, 0.5, 0.5, 0.25, 0.375, 0.25, 0.5, 0.25, 0.5, 0, 0, 0, 0],
    [1, 1, 2, 0.5, 0.5, 0.5, 0.4375, 0.75, 0.75, 0.25, 0.25, 0.25, 0.5, 0.25, 0.5],
    [-1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ],
};
