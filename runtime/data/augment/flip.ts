import { movePixels } from "./move-pixels.ts";
import type { DrawChange } from "./picture-change.ts";

export const flip: DrawChange<"flip"> = ({ direction, chance }, random, settings) => {
  if (random.uniform() >= chance) return undefined;
  return (pixels) => {
    const { height, width } = pixels;
    const mirrored = {
      horizontal: (row: number, column: number) => [row, width - 1 - column] as const,
      vertical: (row: number, column: number) => [height - 1 - row, column] as const,
    };
    movePixels(pixels, mirrored[direction], settings);
  };
};
