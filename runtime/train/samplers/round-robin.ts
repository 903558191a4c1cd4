import { UserError } from "../../user-error.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

/**
 * Trains one step of each task in turn. A task without rows is left out, and an exhausted one begins a new epoch of its
 * own.
 */
export function roundRobin({ tasks }: SamplerSettings<"round_robin">): Sampler {
  const turns = tasks.filter((task) => task.rows > 0);
  let cursor = 0;
  return {
    next: () => {
      const task = turns[cursor];
      if (!task) throw new UserError("data", "The sampler can draw no task: none has training rows.");
      cursor = (cursor + 1) % turns.length;
      return task.name;
    },
    observe: () => {},
    state: () => ({ cursor }),
    restore: (state) => {
      cursor = Number(state["cursor"]);
    },
  };
}
