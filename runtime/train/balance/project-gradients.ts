import type { TensorData } from "../../engines/engine.ts";
import type { TaskGradients } from "./phase-balancer.ts";
import { othersInRandomOrder } from "./pcgrad.ts";

/** Gradients of the shared weights of one task, in a common order. */
export type SharedGradients = readonly TensorData[];

/**
 * PCGrad as runs of semantics 1 have it: the gradients themselves are projected, which rounds to float32 after each projection. `pcgrad` computes the
 * same from dot products; its bits differ.
 */
export function projectGradients(
  tasks: readonly TaskGradients[],
  shared: ReadonlySet<string>,
  uniform: () => number,
): void {
  const gradients = tasks.map((task): SharedGradients =>
    [...shared].flatMap((name) => {
      const gradient = task.gradients.get(name);
      return gradient ? [gradient] : [];
    }),
  );
  projectConflicts(gradients, othersInRandomOrder(tasks.length, uniform));
}

/** Projects in place; each task is compared with the others' original gradients, in the order given for it. */
export function projectConflicts(gradients: readonly SharedGradients[], orders: readonly (readonly number[])[]): void {
  const originals = gradients.map((task) => task.map((gradient) => gradient.slice()));
  for (const [index, projected] of gradients.entries()) {
    for (const other of orders[index] ?? []) {
      const original = originals[other] ?? [];
      const squares = dot(original, original);
      const along = dot(projected, original);
      if (along < 0 && squares > 0) subtract(projected, original, along / squares);
    }
  }
}

function dot(left: SharedGradients, right: SharedGradients): number {
  let sum = 0;
  for (const [index, values] of left.entries()) {
    const others = right[index];
    for (let position = 0; position < values.length; position++)
      sum += (values[position] ?? 0) * (others?.[position] ?? 0);
  }
  return sum;
}

function subtract(from: SharedGradients, what: SharedGradients, factor: number): void {
  for (const [index, values] of from.entries()) {
    const others = what[index];
    for (let position = 0; position < values.length; position++)
      values[position] = (values[position] ?? 0) - factor * (others?.[position] ?? 0);
  }
}
