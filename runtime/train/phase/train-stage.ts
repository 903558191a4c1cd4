import { counted } from "../../../compiler/counted.ts";
import type { OpenStage, StepOptions } from "./open-stage.ts";

/**
 * The loop of `train`: makes the updates that the specification asks for, validates and saves when it is due, and ends
 * early or lets tasks leave as its `early_stop` says.
 *
 * @param beforeStep - Waited for before each update, so that a program can handle its events there, or pause. What it
 *   gives are the options of the update; with `pauses: true` a checkpoint is saved after it, without a validation.
 * @example
 * ```ts
 * await train({ specification: "model.mtl", loop: trainStage }); // the same as without a loop
 * ```
 */
export async function trainStage(
  stage: OpenStage,
  beforeStep: () => Promise<StepOptions | undefined> = async () => undefined,
): Promise<void> {
  while (stage.done < stage.total) {
    const options = await beforeStep();
    await stage.step(await stage.next(), options);
    if (!stage.isDue) {
      if (options?.pauses === true) await stage.save();
      continue;
    }
    const { endsEarly, waited, stalled, leaving } = await stage.validate();
    if (stage.done === stage.total) return;
    for (const task of leaving) stage.leave(task, `no gain in ${counted(waited, "validation")}`);
    if (endsEarly)
      return stage.note(
        leaving.length > 0
          ? `Stage ${stage.name} ends early after step ${stage.done}: all tasks have left.`
          : `Stage ${stage.name} ends early after step ${stage.done}: no gain${stalled.length > 0 ? ` of ${stalled.join(", ")}` : ""} in ${counted(waited, "validation")}.`,
      );
    await stage.save();
  }
  if (stage.total === 0) await stage.validate();
}
