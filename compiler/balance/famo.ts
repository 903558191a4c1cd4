import { type TaskArithmetic, softmax } from "./task-arithmetic.ts";

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/** The logits ξ with the moments of Adam, which trains them. */
export interface FamoWeights<Vector> {
  readonly logits: Vector;
  readonly first: Vector;
  readonly second: Vector;
}

/** A step of Adam. */
export interface FamoStep<Vector> {
  /** The learning rate, divided by the bias correction of the first moment. */
  readonly rate: Vector | number;
  /** The bias correction of the second moment. */
  readonly correction: Vector | number;
  /** The decay γ. */
  readonly gamma: number;
}

/** Rate and bias correction of the n-th step of Adam, from 1. */
export function famoStep(rate: number, count: number): { readonly rate: number; readonly correction: number } {
  return { rate: rate / (1 - beta1 ** count), correction: 1 - beta2 ** count };
}

/**
 * FAMO (Liu et al., 2023, algorithm 1): with z = softmax(ξ) and D_t = L_t − lowest_t, the factor of a task is z_t ∕ D_t, times the number of tasks and divided
 * by the sum over tasks, so that the update decreases the logarithms of all losses at rates as equal as possible.
 */
export function famoFactors<Vector>(
  arithmetic: TaskArithmetic<Vector>,
  logits: Vector,
  distances: Vector,
  tasks: number,
): Vector {
  const shares = arithmetic.divide(softmax(arithmetic, logits), distances);
  return arithmetic.divide(arithmetic.multiply(shares, tasks), arithmetic.sum(shares));
}

/**
 * ξ follows the derivative z_t·(δ_t − Σ z_u·δ_u) + γ·ξ_t with δ_t = log D_t before − log D_t after the update: a task whose loss fell more than the others'
 * gets less weight. As in the authors' code, Adam trains ξ with γ as its weight decay.
 */
export function famoLearnt<Vector>(
  a: TaskArithmetic<Vector>,
  { logits, first, second }: FamoWeights<Vector>,
  distances: { readonly before: Vector; readonly after: Vector },
  { rate, correction, gamma }: FamoStep<Vector>,
): FamoWeights<Vector> {
  const gains = a.subtract(a.log(distances.before), a.log(distances.after));
  const weights = softmax(a, logits);
  const excess = a.subtract(gains, a.sum(a.multiply(weights, gains)));
  const slope = a.add(a.multiply(weights, excess), a.multiply(logits, gamma));
  const moments = {
    first: a.add(a.multiply(first, beta1), a.multiply(slope, 1 - beta1)),
    second: a.add(a.multiply(second, beta2), a.multiply(a.multiply(slope, slope), 1 - beta2)),
  };
  const deviation = a.sqrt(a.divide(moments.second, correction));
  const change = a.divide(a.multiply(moments.first, rate), a.add(deviation, epsilon));
  return { ...moments, logits: a.subtract(logits, change) };
}
