import { movePixels } from "./move-pixels.ts";
import type { DrawChange } from "./picture-change.ts";

/** Rotates the picture counterclockwise about its centre by a random angle between −degrees and degrees. */
export const rotate: DrawChange<"rotate"> = ({ degrees }, random, settings) => {
  const angle = ((2 * random.uniform() - 1) * degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return (pixels) => {
    const [row, column] = [(pixels.height - 1) / 2, (pixels.width - 1) / 2];
    const origin = { row: row - cosine * row - sine * column, column: column - cosine * column + sine * row };
    movePixels(
      pixels,
      { origin, down: { row: cosine, column: -sine }, across: { row: sine, column: cosine } },
      settings,
    );
  };
};
