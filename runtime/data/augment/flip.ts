import { type Move, movePixels } from "./move-pixels.ts";
import type { DrawChange, Pixels } from "./picture-change.ts";

export const flip: DrawChange<"flip"> = ({ direction, chance }, random, settings) =>
  random.uniform() < chance ? (pixels) => movePixels(pixels, mirrored[direction](pixels), settings) : undefined;

const mirrored = {
  horizontal: ({ width }: Pixels): Move => ({
    origin: { row: 0, column: width - 1 },
    down: { row: 1, column: 0 },
    across: { row: 0, column: -1 },
  }),
  vertical: ({ height }: Pixels): Move => ({
    origin: { row: height - 1, column: 0 },
    down: { row: -1, column: 0 },
    across: { row: 0, column: 1 },
  }),
};
