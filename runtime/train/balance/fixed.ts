import { type EarlierLossBalancer, stateless } from "./balancer.ts";

export function fixed(): EarlierLossBalancer {
  return { needs: "earlier_losses", factors: (tasks) => tasks.map(() => 1), observe: () => {}, ...stateless };
}
