import { epochList } from "./epoch-list.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";
import { shuffle } from "./shuffle.ts";

/**
 * An epoch has all mini-batches of the main task and a random part of the others', `ratio` for each of the main one's,
 * shuffled together (`--ratio` of MT-DNN's reference code). If the main task has no rows, the ratio is undefined and
 * all mini-batches are taken.
 */
export function mainPlusRatio({ options, tasks, random }: SamplerSettings<"main_plus_ratio">): Sampler {
  const batchesWhere = (isTaken: (name: string) => boolean) =>
    tasks.flatMap((task, index) => (isTaken(task.name) ? Array<number>(task.steps).fill(index) : []));
  return epochList(tasks, () => {
    const main = batchesWhere((name) => name === options.main);
    const others = shuffle(
      batchesWhere((name) => name !== options.main),
      random,
    );
    const taken = main.length > 0 ? Math.floor(options.ratio * main.length) : others.length;
    return shuffle([...main, ...others.slice(0, taken)], random);
  });
}
