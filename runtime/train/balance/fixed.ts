import type { Balancer } from "./balancer.ts";

export function fixed(): Balancer {
  return { balance: (tasks) => tasks.map(() => 1), state: () => ({}), restore: () => {} };
}
