import type { TaskArithmetic } from "./task-arithmetic.ts";

/** The smallest distance of a loss from its lower bound, of which a logarithm is taken. */
const least = 1e-8;

/** The declared lower bound of each task's loss, in the order of the tasks: one number for all, or one for each task that has another than 0. */
export function lowestLosses(
  tasks: readonly string[],
  lowest: number | { readonly [task: string]: number },
): readonly number[] {
  return tasks.map((task) => (typeof lowest === "number" ? lowest : (lowest[task] ?? 0)));
}

/** The positive distances of losses from their lower bounds. */
export function distancesOf<Vector>(
  arithmetic: TaskArithmetic<Vector>,
  losses: Vector,
  lowest: readonly number[],
): Vector {
  return arithmetic.maximum(arithmetic.subtract(losses, arithmetic.vector(lowest)), least);
}
