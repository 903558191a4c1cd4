import type { PictureSettings, Pixels } from "./picture-change.ts";

/** A point of a picture. The centres of pixels have integer coordinates. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

/** An affine map: pixel (r, c) of the result shows the point `origin + r · down + c · across` of the picture. */
export interface Move {
  readonly origin: Point;
  readonly down: Point;
  readonly across: Point;
  /** Points outside of the rectangle between these two corners are moved to the nearest point inside. */
  readonly within?: { readonly from: Point; readonly to: Point };
}

/**
 * Replaces each pixel by another point of the picture, with bilinear interpolation of the four pixels around it. Points
 * outside of the picture show the background.
 */
export function movePixels(pixels: Pixels, { origin, down, across, within }: Move, settings: PictureSettings): void {
  const { data, height, width, channels } = pixels;
  const shown = readerOf(pixels, settings);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let y = origin.row + row * down.row + column * across.row;
      let x = origin.column + row * down.column + column * across.column;
      if (within) {
        y = Math.min(Math.max(y, within.from.row), within.to.row);
        x = Math.min(Math.max(x, within.from.column), within.to.column);
      }
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const start = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++)
        data[start + channel] = Math.round(
          interpolated(shown, channel, { top, left, lower: y - top, right: x - left }),
        );
    }
  }
}

/** The value of a channel at a pixel. */
type Reader = (row: number, column: number, channel: number) => number;

function readerOf({ data, height, width, channels }: Pixels, { background }: PictureSettings): Reader {
  const before = data.slice();
  const colour = background === "white" ? 255 : 0;
  // The background is transparent if the picture has opacity, which is the last of an even number of channels.
  const opacity = channels % 2 === 0 ? channels - 1 : channels;
  return (row, column, channel) => {
    if (row < 0 || row >= height || column < 0 || column >= width) return channel === opacity ? 0 : colour;
    return before[(row * width + column) * channels + channel] ?? 0;
  };
}

/** A point between four pixels: the upper left pixel, and the weights of the lower and of the right ones. */
interface Between {
  readonly top: number;
  readonly left: number;
  readonly lower: number;
  readonly right: number;
}

function interpolated(shown: Reader, channel: number, { top, left, lower, right }: Between): number {
  const along = (row: number): number => {
    const first = shown(row, left, channel);
    return right === 0 ? first : first * (1 - right) + shown(row, left + 1, channel) * right;
  };
  return lower === 0 ? along(top) : along(top) * (1 - lower) + along(top + 1) * lower;
}
