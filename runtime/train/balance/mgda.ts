import { type GramBalancer, stateless } from "./balancer.ts";
import { leastNormWeights } from "./solvers/simplex.ts";

/**
 * Multiple-gradient descent (Désidéri, 2012; Sener & Koltun, 2018, equation 3): the shared weights follow the shortest convex combination of the tasks'
 * gradients, here times the number of tasks.
 */
export function mgda(): GramBalancer {
  return {
    needs: "gradients",
    weighs: "shared",
    weigh: (tasks, gram) => leastNormWeights(gram()).map((weight) => tasks.length * weight),
    ...stateless,
  };
}
