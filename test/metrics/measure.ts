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
  masked_classes: () => ({ kind: "masked_classes", modality: "x", rate: 0.15, keep: 0.1 }),
  masked_values: () => ({ kind: "masked_values", modality: "x", rate: 0.15, keep: 0.1 }),
  sequence: () => ({ kind: "sequence", modality: "x", decode: { kind: "greedy" } }),
  tags: (classes) => ({ kind: "tags", modality: "x", column: "y", classes }),
  boxes: (numbers) => ({ kind: "boxes", column: "y", classes: 3, most: 3, queries: numbers / 8 }),
};

type Numbers = Int32Array | Float32Array | Float64Array;
const floats = (numbers: readonly number[]): Numbers => Float32Array.from(numbers);
const doubles = (numbers: readonly number[]): Numbers => Float64Array.from(numbers);
const integers = (numbers: readonly number[]): Numbers => Int32Array.from(numbers);

interface Shape {
  /** The outputs that it is predicted by, which have equal parts of a row. */
  readonly outputs: readonly string[];
  /** The parts of the target with their numbers of a row, after the number of predicted ones; by default as many. */
  readonly parts?: (predicted: number) => { readonly [part: string]: number };
  readonly asTensor: (numbers: readonly number[]) => Numbers;
}

const hidden = (predicted: number) => ({ target: predicted, there: 2 });

const shapes: { readonly [Kind in ResolvedTarget["kind"]]: Shape } = {
  category: { outputs: ["logits"], parts: () => ({ target: 1 }), asTensor: integers },
  labels: { outputs: ["logits"], asTensor: floats },
  number: { outputs: ["value"], parts: () => ({ target: 1 }), asTensor: floats },
  vector: { outputs: ["values"], asTensor: doubles },
  ranking: { outputs: ["scores"], asTensor: floats },
  choice: { outputs: ["scores"], parts: (regions) => ({ target: regions, overlap: regions }), asTensor: floats },
  matching: { outputs: ["scores"], asTensor: floats },
  aligned: { outputs: ["logits"], parts: () => ({ target: 1 }), asTensor: integers },
  contrastive: { outputs: ["first", "second"], parts: () => ({ first: 1, second: 1 }), asTensor: integers },
  masked: { outputs: ["logits"], parts: () => ({ target: 2 }), asTensor: integers },
  masked_classes: { outputs: ["logits"], parts: hidden, asTensor: floats },
  masked_values: { outputs: ["values"], parts: hidden, asTensor: floats },
  reconstruct: { outputs: ["values"], asTensor: floats },
  sequence: { outputs: ["logits"], parts: () => ({ target: 2 }), asTensor: integers },
  tags: { outputs: ["logits"], parts: () => ({ target: 2 }), asTensor: integers },
  boxes: { outputs: ["logits", "boxes"], parts: () => ({ classes: 3, boxes: 12 }), asTensor: floats },
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
    const { outputs, parts = (predicted) => ({ target: predicted }), asTensor } = shapes[kind];
    const padded = (table: Rows["predictions"], start: number, numbers: number) =>
      rows.flatMap((row) => table[row]?.slice(start, start + numbers) ?? Array<number>(numbers).fill(1));
    const share = classes / outputs.length;
    const widths = Object.entries(parts(classes));
    const startOf = (index: number): number => widths.slice(0, index).reduce((sum, [, width]) => sum + width, 0);
    measurement.add({
      predictions: new Map(
        outputs.map((name, index) => [name, Float32Array.from(padded(predictions, index * share, share))]),
      ),
      targets: new Map(
        widths.map(([name, width], index) => [name, asTensor(padded(wanted, startOf(index), width))] as const),
      ),
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

/** Two positions per row, three classes of which each has a share. The second position of the last row has no region. */
export const maskedClasses: Rows = {
  predictions: [
    [2, 1, 0, 0, 0, 0],
    [0, 3, 1, -1, 4, 4],
  ],
  targets: [
    [0.9, 0.1, 0, 0, 0, 1, 1, 1],
    [0.2, 0.2, 0.6, -1, -1, -1, 1, 0],
  ],
};

/** Two positions per row, two numbers each. The second position of the first row has no part. */
export const maskedValues: Rows = {
  predictions: [
    [1, 2, 7, 7],
    [0, 0.5, 1, -1],
  ],
  targets: [
    [1, 1, 0, 0, 1, 0],
    [0, 1, 1, 1, 1, 1],
  ],
};
