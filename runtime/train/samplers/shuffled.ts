import { UserError } from "../../user-error.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

/**
 * MT-DNN (Liu et al., 2019, algorithm 1): the mini-batches of all tasks in one shuffled list, so that an epoch sees every row once and the
 * steps approximate the sum of the objectives. Unlike its reference code, rows too are shuffled anew each epoch (`BatchSupply`).
 */
export function shuffled({ tasks, random }: SamplerSettings<"shuffled">): Sampler {
  let list: number[] = [];
  let cursor = 0;
  const nextEpoch = () => {
    list = shuffle(tasks.flatMap((task, index) => Array<number>(task.steps).fill(index)), random);
    cursor = 0;
  };
  return {
    next: () => {
      if (cursor === list.length) nextEpoch();
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

/** Fisher–Yates in place, from the end. */
function shuffle(list: number[], random: () => number): number[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = list[last] ?? 0;
    list[last] = list[other] ?? 0;
    list[other] = moved;
  }
  return list;
}
