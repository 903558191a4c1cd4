import { type LossBalancer, stateless } from "./balancer.ts";

export function fixed(): LossBalancer {
  return { needs: "losses", weigh: (tasks) => tasks.map(() => 1), ...stateless };
}
