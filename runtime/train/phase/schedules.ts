import type { ResolvedSchedule } from "../../../compiler/schema/resolved.ts";
import type { Duration } from "../../../compiler/schema/types.ts";

export interface StageProgress {
  /** Updates that the stage has made before this one: 0 at the first, `total` − 1 at the last. */
  readonly step: number;
  /** Updates that the stage makes in all. */
  readonly total: number;
}

type Schedule<Kind extends ResolvedSchedule["kind"]> = (
  options: Extract<ResolvedSchedule, { kind: Kind }>,
  progress: StageProgress,
) => number;

/** The factor after the warm-up; `sinceWarmup` is 0 until then. */
const schedules: { readonly [Kind in ResolvedSchedule["kind"]]: Schedule<Kind> } = {
  constant: () => 1,
  linear: ({ warmup, floor }, progress) => floor + (1 - floor) * (1 - shareSince(warmup, progress)),
  cosine: ({ warmup, floor }, progress) =>
    floor + ((1 - floor) * (1 + Math.cos(Math.PI * shareSince(warmup, progress)))) / 2,
  step: ({ warmup, every, factor }, progress) =>
    factor **
    Math.floor(
      Math.max(0, progress.step - durationInSteps(warmup, progress.total)) /
        Math.max(1, durationInSteps(every, progress.total)),
    ),
  inverse_sqrt: ({ warmup }, { step, total }) => {
    const reference = Math.max(1, durationInSteps(warmup, total));
    return Math.sqrt(reference / Math.max(reference, step + 1));
  },
};

/**
 * The factor on the learning rate of one update. The warm-up's n updates have 1/n, 2/n … 1 of the rate, so that no
 * update has rate 0. The rest of the schedule is counted from its end.
 */
export function scheduleFactor<Kind extends ResolvedSchedule["kind"]>(
  schedule: Extract<ResolvedSchedule, { kind: Kind }>,
  progress: StageProgress,
): number {
  const follow: Schedule<Kind> = schedules[schedule.kind];
  const warmup = durationInSteps(schedule.warmup, progress.total);
  const rise = warmup > 0 ? Math.min(1, (progress.step + 1) / warmup) : 1;
  return rise * follow(schedule, progress);
}

/** The number of updates of a duration. A fraction of the stage's updates is rounded to an integer. */
export function durationInSteps(duration: Duration, total: number): number {
  return duration.unit === "steps" ? duration.value : Math.round(duration.value * total);
}

function shareSince(warmup: Duration, { step, total }: StageProgress): number {
  const start = durationInSteps(warmup, total);
  return Math.min(1, Math.max(0, (step - start) / Math.max(1, total - start)));
}
