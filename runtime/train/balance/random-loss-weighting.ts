import { softmax } from "./softmax.ts";
import { type BalancerSettings, type LossBalancer, stateless } from "./balancer.ts";

/** Random loss weighting (Lin et al., 2022, section 3): in each update the softmax of standard normal numbers, times the number of tasks. */
export function randomLossWeighting({ tasks, random }: BalancerSettings<"random_loss_weighting">): LossBalancer {
  return {
    needs: "losses",
    weigh: (step) => {
      const drawn = softmax(tasks.map(() => random.normal()));
      const factors = new Map(tasks.map(({ name }, index) => [name, tasks.length * (drawn[index] ?? 0)]));
      return step.map(({ task }) => factors.get(task) ?? 1);
    },
    ...stateless,
  };
}
