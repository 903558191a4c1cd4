import type { OpenStage } from "./open-stage.ts";

/**
 * The loop of `train`: makes the updates that the specification asks for, validates and saves when it is due, and ends
 * early if its `early_stop` does.
 *
 * @example
 * ```ts
 * await train({ specification: "model.mtl", loop: trainStage }); // the same as without a loop
 * ```
 */
export async function trainStage(stage: OpenStage): Promise<void> {
  while (stage.done < stage.total) {
    await stage.step(await stage.next());
    if (!stage.isDue) continue;
    const { endsEarly, waited } = await stage.validate();
    if (stage.done === stage.total) return;
    if (endsEarly)
      return stage.note(`Stage ${stage.name} ends early after step ${stage.done}: no gain in ${waited} validations.`);
    await stage.save();
  }
  if (stage.total === 0) await stage.validate();
}
