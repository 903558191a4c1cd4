import { epochList } from "./epoch-list.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";
import { shuffle } from "./shuffle.ts";

/**
 * MT-DNN (Liu et al., 2019, algorithm 1): the mini-batches of all tasks are in one shuffled list, so that an epoch uses
 * every row once, and the steps approximate the sum of the objectives. Unlike in its reference code, rows are also
 * shuffled again in each epoch (`BatchSupply`).
 */
export function shuffled({ tasks, random }: SamplerSettings<"shuffled">): Sampler {
  return epochList(tasks, () =>
    shuffle(
      tasks.flatMap((task, index) => Array<number>(task.steps).fill(index)),
      random,
    ),
  );
}
