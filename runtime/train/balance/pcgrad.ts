import { shuffle } from "../samplers/shuffle.ts";
import type { Balancer, BalancerSettings } from "./balancer.ts";

/** Gradients of the shared weights of one task, in a common order. */
export type SharedGradients = readonly Float32Array[];

/**
 * PCGrad (Yu et al., 2020, algorithm 1): of each task's gradient of the shared weights, what points against another task's is taken off, the others
 * in random order. Weights of one task keep their own gradient.
 */
export function pcgrad({ shared, random }: BalancerSettings<"pcgrad">): Balancer {
  return {
    balance: (step) => {
      const gradients = step.map((task): SharedGradients =>
        [...task.gradients].flatMap(([name, gradient]) => (shared.has(name) ? [gradient] : [])),
      );
      const orders = step.map((_, index) =>
        shuffle(
          step.flatMap((__, other) => (other === index ? [] : [other])),
          random,
        ),
      );
      projectConflicts(gradients, orders);
      return step.map(() => 1);
    },
    state: () => ({}),
    restore: () => {},
  };
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
