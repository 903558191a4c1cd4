import { type Move, type Point, movePixels } from "./move-pixels.ts";
import type { DrawChange } from "./picture-change.ts";

/** Moves the picture by a random offset of −padding … padding pixels in each direction; its size stays the same. */
export const crop: DrawChange<"crop"> = ({ padding }, random, settings) => {
  const offset = (): number => random.below(2 * padding + 1) - padding;
  const [down, across] = [offset(), offset()];
  return (pixels) => movePixels(pixels, { ...unmoved, origin: { row: down, column: across } }, settings);
};

const unmoved = { down: { row: 1, column: 0 }, across: { row: 0, column: 1 } };

/**
 * Cuts out a random part of the picture and scales it up to the picture's size. Sizes in pixels are rounded as in
 * torchvision.
 */
export const resizedCrop: DrawChange<"resized_crop"> = ({ area }, random, settings) => {
  const draws = Array.from({ length: ATTEMPTS }, () => ({
    area: area + (1 - area) * random.uniform(),
    ratio: Math.exp(Math.log(RATIOS[0]) + Math.log(RATIOS[1] / RATIOS[0]) * random.uniform()),
  }));
  const [top, left] = [random.uniform(), random.uniform()];
  return (pixels) => {
    const part = partOf(draws, pixels);
    const from = {
      row: Math.floor(top * (pixels.height - part.height + 1)),
      column: Math.floor(left * (pixels.width - part.width + 1)),
    };
    movePixels(pixels, scaledUp(from, part, pixels), settings);
  };
};

/**
 * Scales a part up to the size of the picture. Beyond the centres of its outermost pixels the values of these are
 * repeated.
 */
function scaledUp(from: Point, part: Size, whole: Size): Move {
  const [down, across] = [part.height / whole.height, part.width / whole.width];
  return {
    origin: { row: from.row + down / 2 - 0.5, column: from.column + across / 2 - 0.5 },
    down: { row: down, column: 0 },
    across: { row: 0, column: across },
    within: { from, to: { row: from.row + part.height - 1, column: from.column + part.width - 1 } },
  };
}

const ATTEMPTS = 10;
const RATIOS = [3 / 4, 4 / 3] as const;

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * The first drawn size that fits into the picture, else the size of the whole picture. `ratio` is the part's aspect
 * ratio divided by the picture's.
 */
function partOf(draws: readonly { readonly area: number; readonly ratio: number }[], { height, width }: Size): Size {
  const sizes = draws.map(({ area, ratio }) => ({
    height: Math.max(1, Math.round(height * Math.sqrt(area / ratio))),
    width: Math.max(1, Math.round(width * Math.sqrt(area * ratio))),
  }));
  return sizes.find((size) => size.height <= height && size.width <= width) ?? { height, width };
}
