import type { ResolvedTarget } from "../../../compiler/schema/resolved.ts";

/** The Shannon entropy of what a model predicts of some rows, in nats, and the most that it can be. */
export interface RowEntropies {
  readonly values: readonly number[];
  readonly most: number;
}

export type ClassTarget = Extract<ResolvedTarget, { readonly classes: unknown }>;

const entropyOf: {
  readonly [Kind in ClassTarget["kind"]]: {
    readonly entropy: (logits: Float32Array) => number;
    readonly most: (classes: number) => number;
  };
} = {
  category: { entropy: softmaxEntropy, most: Math.log },
  // Labels are independent of each other, so that their entropies add up.
  labels: {
    entropy: (logits) => logits.reduce((sum, logit) => sum + softmaxEntropy([logit, 0]), 0),
    most: (labels) => labels * Math.LN2,
  },
};

interface LogitRows {
  readonly rows: readonly number[];
  /** Logits in a row. */
  readonly classes: number;
  /** How many of them stand for a class of the data, the first ones; by default all. */
  readonly known?: number;
}

/** Of some rows of `logits`. */
export function entropiesOf(
  { kind }: Pick<ClassTarget, "kind">,
  logits: Float32Array,
  { rows, classes, known = classes }: LogitRows,
): RowEntropies {
  const { entropy, most } = entropyOf[kind];
  return {
    values: rows.map((row) => entropy(logits.subarray(row * classes, row * classes + known))),
    most: most(known),
  };
}

/** −Σ p·ln p = ln Σ e^z − Σ p·z, with z relative to the largest, so that nothing overflows. */
function softmaxEntropy(logits: ArrayLike<number>): number {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const shifted = values.map((value) => value - largest);
  const exponentials = shifted.map((value) => Math.exp(value));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  // Rounding may leave a certain prediction a little below 0.
  return Math.max(
    0,
    Math.log(total) - exponentials.reduce((sum, each, index) => sum + each * (shifted[index] ?? 0), 0) / total,
  );
}
