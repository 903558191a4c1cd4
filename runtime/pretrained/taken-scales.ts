import { targetOf } from "../../compiler/targets/index.ts";
import { targetName } from "../../compiler/features/features.ts";
import { lastWeights } from "../../compiler/stage/last-weights.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Data, Preprocessing } from "../data/data.ts";
import { withStatistics } from "../data/fit/preprocessing.ts";
import { type Scale, scaleOf, toLearn } from "../targets/number-scale.ts";
import type { Program } from "../train/program.ts";
import type { WeightMatch } from "./match-weights.ts";

/**
 * The scale of a task's numbers in the model from which its last layer was taken, if it differs from that of the
 * training split.
 */
export interface TakenScale {
  readonly task: string;
  readonly scale: Scale;
  /**
   * True if the run uses this scale as well, which it does unless its specification says that the numbers are not
   * standardised.
   */
  readonly kept: boolean;
}

export interface ScaledModels {
  readonly program: Program;
  readonly plans: readonly StagePlan[];
  readonly match: Pick<WeightMatch, "taken">;
  readonly here: Preprocessing;
  readonly there: Preprocessing;
}

/** The batch size of a graph that is only analysed. */
const ROWS = 2;

/**
 * The predictions of a last layer are on the scale on which it was trained. A run that takes the whole layer keeps that
 * scale, so that the task's predictions stay the same.
 */
export function takenScales({
  program: { specification },
  plans,
  match,
  here,
  there,
}: ScaledModels): readonly TakenScale[] {
  const taken = new Set(match.taken.map(({ key }) => key));
  const scales = plans.flatMap((plan) =>
    plan.tasks.flatMap((task): readonly TakenScale[] => {
      const declared = specification.tasks[task];
      if (!declared) return [];
      const { numbers } = targetOf(declared.target);
      if (!numbers) return [];
      const [ours, theirs] = [scaleOf(task, here), scaleOf(task, there)];
      if (isSame(ours, theirs)) return [];
      const last = [...lastWeights(plan.predict(task, { batch: ROWS }))];
      return last.length > 0 && last.every((name) => taken.has(name))
        ? [{ task, scale: theirs, kept: numbers.standardised }]
        : [];
    }),
  );
  return [...new Map(scales.map((scale) => [scale.task, scale])).values()];
}

export function statisticsOf(scales: readonly TakenScale[]): NonNullable<Preprocessing["statistics"]> {
  return Object.fromEntries(scales.filter(({ kept }) => kept).map(({ task, scale }) => [targetName(task), scale]));
}

function isSame(one: Scale, other: Scale): boolean {
  return [one, other].every(
    ({ means, deviations }) =>
      means.every((mean, index) => mean === one.means[index]) &&
      deviations.every((deviation, index) => deviation === one.deviations[index]),
  );
}

/** The data with the numbers of these tasks on those scales. */
export function onScales<Given extends Data>(data: Given, scales: readonly TakenScale[]): Given {
  const statistics = statisticsOf(scales);
  const preprocessing = withStatistics(data.preprocessing, { statistics });
  return {
    ...data,
    preprocessing,
    batch: async (request) => {
      const batch = await data.batch(request);
      const name = targetName(request.task);
      const numbers = batch.exact?.get(name);
      if (!numbers || !(name in statistics)) return batch;
      return {
        ...batch,
        features: new Map([...batch.features, [name, toLearn(numbers, scaleOf(request.task, preprocessing))]]),
      };
    },
  };
}
