import type { Maker, MakerContext, MakerOfTask } from "./maker.ts";
import { pictureAugmenter } from "./augment-pictures.ts";
import { positionDrawer } from "./draw-positions.ts";
import { partHider } from "./hide-parts.ts";
import { tokenMasker } from "./mask-tokens.ts";
import { tokenShifter } from "./shift-tokens.ts";

/**
 * All makers in the order in which they are applied. Those that hide part of the inputs are last, so that they
 * hide what the others have made.
 */
const makers: readonly MakerOfTask[] = [pictureAugmenter, positionDrawer, tokenMasker, partHider, tokenShifter];

/** All makers of each task, composed into one. */
export function makersOf(context: MakerContext): ReadonlyMap<string, Maker> {
  return new Map(
    Object.values(context.specification.tasks).map((task) => {
      const own = makers.flatMap((maker) => maker(task, context) ?? []);
      return [task.name, (batch, request) => own.reduce((made, make) => make(made, request), batch)];
    }),
  );
}
