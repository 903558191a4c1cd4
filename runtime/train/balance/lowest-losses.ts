import type { BalancedTask } from "./balancer.ts";

/** The declared lower bound of each task's loss, in the order of the tasks: one number for all, or one for each task that has another than 0. */
export function lowestLosses(
  tasks: readonly BalancedTask[],
  lowest: number | { readonly [task: string]: number },
): readonly number[] {
  return tasks.map(({ name }) => (typeof lowest === "number" ? lowest : (lowest[name] ?? 0)));
}
