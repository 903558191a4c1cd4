import { numbers, softmax } from "../../../compiler/balance/task-arithmetic.ts";
import { type BalancerSettings, type EarlierLossBalancer, stateless } from "./balancer.ts";

/** Random loss weighting (Lin et al., 2022, section 3): in each update the softmax of standard normal numbers, times the number of tasks. */
export function randomLossWeighting({ tasks, random }: BalancerSettings<"random_loss_weighting">): EarlierLossBalancer {
  return {
    needs: "earlier_losses",
    factors: (step) => {
      const drawn = softmax(
        numbers,
        tasks.map(() => random.normal()),
      );
      const factors = new Map(tasks.map(({ name }, index) => [name, tasks.length * (drawn[index] ?? 0)]));
      return step.map((task) => factors.get(task) ?? 1);
    },
    observe: () => {},
    ...stateless,
  };
}
