import { epochList } from "./epoch-list.ts";
import type { SampledTask, Sampler, SamplerSettings } from "./sampler.ts";
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
    return shuffle([...main, ...others.slice(0, othersOfMain(options, tasks))], random);
  });
}

/** The number of mini-batches of other tasks than the main one in an epoch. */
export function othersOfMain(
  { main, ratio }: Pick<SamplerSettings<"main_plus_ratio">["options"], "main" | "ratio">,
  tasks: readonly SampledTask[],
): number {
  const stepsOf = (isCounted: (name: string) => boolean) =>
    tasks.reduce((sum, { name, steps }) => sum + (isCounted(name) ? steps : 0), 0);
  const [ofMain, ofOthers] = [stepsOf((name) => name === main), stepsOf((name) => name !== main)];
  return ofMain > 0 ? Math.min(ofOthers, Math.floor(ratio * ofMain)) : ofOthers;
}
