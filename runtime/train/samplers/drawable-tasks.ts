import { trainsAllTasks } from "../../../compiler/schema/worker-steps.ts";
import type { ResolvedSampler, ResolvedStage } from "../../../compiler/schema/resolved.ts";
import { drawsOfTurn } from "./alternating.ts";
import { othersOfMain } from "./main-plus-ratio.ts";
import type { SampledTask } from "./sampler.ts";

/** The tasks that the updates of a stage can have, in its order: some are never drawn by its sampler. */
export function drawableTasks(
  { step, sampler }: Pick<ResolvedStage, "step" | "sampler">,
  tasks: readonly SampledTask[],
): readonly string[] {
  const drawn = trainsAllTasks(step) ? tasks : tasks.filter(isDrawnBy(sampler, tasks));
  return drawn.map(({ name }) => name);
}

function isDrawnBy(sampler: ResolvedSampler, tasks: readonly SampledTask[]): (task: SampledTask) => boolean {
  switch (sampler.kind) {
    case "weights":
      return ({ name }) => sampler.of[name] !== 0;
    case "main_plus_ratio":
      return ({ name }) => name === sampler.main || othersOfMain(sampler, tasks) > 0;
    case "alternating": {
      const drawn = new Set(
        sampler.turns.map(drawsOfTurn).flatMap((turn) => {
          const own = tasks.filter(({ name }) => turn.tasks.includes(name));
          return own.filter(isDrawnBy(turn.sampler, own)).map(({ name }) => name);
        }),
      );
      return ({ name }) => drawn.has(name);
    }
    case "stop_and_go":
      return isDrawnBy(sampler.over, tasks);
    default:
      return () => true;
  }
}
