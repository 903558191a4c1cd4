import type { Tensors } from "../checkpoint/checkpoint.ts";
import type { Preprocessing } from "../data/data.ts";
import { withStatistics } from "../data/fit/preprocessing.ts";
import { startingWeights } from "../train/phase/phase-weights.ts";
import { phasesOf } from "../train/phase/phases.ts";
import { planOf } from "../train/phase/trainer.ts";
import { type WarmStartsSettings, openWarmStarts } from "./warm-start.ts";
import type { StartReport } from "./start-report.ts";
import { statisticsOf } from "./taken-scales.ts";

export interface UntrainedWeights {
  readonly weights: Tensors;
  /** Reports of the weights that came from outside. */
  readonly starts: readonly StartReport[];
  /** The preprocessing by whose names weights were matched, if they were. */
  readonly preprocessing?: Preprocessing;
}

/**
 * The weights with which training would begin a stage if earlier stages trained nothing: each is drawn with the seed of
 * the first stage that has it, or with that of the last `init: fresh`, and replaced by the weights that stages take
 * `from` outside. Throws a `UserError` if these cannot be read.
 */
export async function untrainedWeights(
  stage: string,
  settings: Omit<WarmStartsSettings, "begun" | "until">,
): Promise<UntrainedWeights> {
  const { program } = settings;
  const asked: Promise<Preprocessing>[] = [];
  const preprocessing = (): Promise<Preprocessing> => (asked[0] ??= settings.preprocessing());
  const starts = await openWarmStarts({ ...settings, preprocessing, until: stage });
  const ends = new Map<string, Tensors>();
  let weights: Tensors = new Map();
  for (const phase of phasesOf(program.specification)) {
    const { name, init, seed } = phase.stage;
    if (ends.has(stage) && name !== stage) break;
    if (!ends.has(name)) {
      if (init?.kind === "fresh") weights = new Map();
      else if (init && "stage" in init) weights = ends.get(init.stage) ?? new Map();
      else weights = (await starts.get(name)?.over(weights, seed)) ?? weights;
    }
    weights = startingWeights(planOf(program, phase), weights, seed);
    ends.set(name, weights);
  }
  const [learnt] = asked;
  const scales = [...starts.values()].flatMap((start) => start.scales);
  return {
    weights,
    starts: [...starts.values()].flatMap(({ reports }) => reports),
    ...(learnt ? { preprocessing: withStatistics(await learnt, { statistics: statisticsOf(scales) }) } : {}),
  };
}
