import { UserError } from "../../user-error.ts";
import type { SampledTask, Sampler } from "./sampler.ts";

/** Iterates over a list of task indices, which `nextEpoch` creates again whenever it is used up. */
export function epochList(tasks: readonly SampledTask[], nextEpoch: () => readonly number[]): Sampler {
  let list: readonly number[] = [];
  let cursor = 0;
  return {
    next: () => {
      if (cursor === list.length) [list, cursor] = [nextEpoch(), 0];
      const task = tasks[list[cursor++] ?? -1];
      if (!task) throw new UserError("data", "The sampler can draw no task: none has training rows.");
      return task.name;
    },
    observe: () => {},
    state: () => ({ list, cursor }),
    restore: (state) => {
      list = [...(state["list"] as readonly number[])];
      cursor = Number(state["cursor"]);
    },
  };
}
