import { type TaskArithmetic, softmax } from "./task-arithmetic.ts";

/** A number so large that K·softmax(log d ∕ μ) is 1 for every task. */
export const evenMu = 1e30;

/** K·softmax(d ∕ μ) of the distances of K losses from the reference point. */
export function stchFactors<Vector>(
  arithmetic: TaskArithmetic<Vector>,
  distances: Vector,
  mu: Vector | number,
  tasks: number,
): Vector {
  return arithmetic.multiply(softmax(arithmetic, distances, mu), tasks);
}

/**
 * The factors where logarithms of the losses, relative to the nadir, replace the losses: those of `stchFactors` at log (d ∕ nadir), divided by d. With μ =
 * `evenMu` they are 1 ∕ d, the derivative of log d.
 */
export function logarithmicStchFactors<Vector>(
  arithmetic: TaskArithmetic<Vector>,
  distances: Vector,
  { nadir, mu }: { readonly nadir: Vector; readonly mu: Vector | number },
  tasks: number,
): Vector {
  const logarithms = arithmetic.log(arithmetic.divide(distances, nadir));
  return arithmetic.divide(stchFactors(arithmetic, logarithms, mu, tasks), distances);
}
