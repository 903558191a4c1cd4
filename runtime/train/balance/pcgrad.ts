import { shuffle } from "../samplers/shuffle.ts";
import { type BalancerSettings, type GramBalancer, stateless } from "./balancer.ts";
import { type Gram, dot, entry } from "./gram.ts";

/**
 * PCGrad (Yu et al., 2020, algorithm 1): from each task's gradient its component along another task's is subtracted where the two conflict, the others
 * in random order. Every projected gradient is a linear combination of the tasks' gradients, so that their dot products are enough.
 */
export function pcgrad({ random }: BalancerSettings<"pcgrad">): GramBalancer {
  return {
    needs: "gradients",
    weighs: "shared",
    weigh: (tasks, gram) =>
      projectedWeights(
        gram(),
        othersInRandomOrder(tasks.length, () => random.uniform()),
      ),
    ...stateless,
  };
}

/** For each task the indices of the others, in random order. */
export function othersInRandomOrder(tasks: number, uniform: () => number): readonly (readonly number[])[] {
  const all = Array.from({ length: tasks }, (_, index) => index);
  return all.map((task) =>
    shuffle(
      all.filter((other) => other !== task),
      uniform,
    ),
  );
}

/** The weight of each gradient in the sum of the projected gradients; each is compared with the others' original gradients, in the order given for it. */
export function projectedWeights(gram: Gram, orders: readonly (readonly number[])[]): readonly number[] {
  const weights = gram.map(() => 0);
  for (const [task, order] of orders.entries()) {
    const projected: number[] = gram.map((_, other) => (other === task ? 1 : 0));
    for (const other of order) {
      const along = dot(projected, gram[other] ?? []);
      const squares = entry(gram, other, other);
      if (along < 0 && squares > 0) projected[other] = (projected[other] ?? 0) - along / squares;
    }
    for (const [other, weight] of projected.entries()) weights[other] = (weights[other] ?? 0) + weight;
  }
  return weights;
}
