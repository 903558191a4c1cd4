import type { PictureSettings, Pixels } from "./picture-change.ts";

/** The point of a picture that is shown at a pixel, as row and column; pixel centres are whole numbers. */
export type PointShown = (row: number, column: number) => readonly [row: number, column: number];

/** Shows at each pixel another point of the picture, by bilinear interpolation of the four pixels around it; outside lies the background. */
export function movePixels(
  { data, height, width, channels }: Pixels,
  pointAt: PointShown,
  { background }: PictureSettings,
): void {
  const before = data.slice();
  const outside = backgroundOf(channels, background);
  const at = (row: number, column: number, channel: number): number =>
    (row >= 0 && row < height && column >= 0 && column < width
      ? before[(row * width + column) * channels + channel]
      : outside[channel]) ?? 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [y, x] = pointAt(row, column);
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [down, across] = [y - top, x - left];
      for (let channel = 0; channel < channels; channel++) {
        const upper = at(top, left, channel) * (1 - across) + (across && at(top, left + 1, channel) * across);
        const lower =
          down && at(top + 1, left, channel) * (1 - across) + (across && at(top + 1, left + 1, channel) * across);
        data[(row * width + column) * channels + channel] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
}

/** The background in each channel: transparent where there is opacity. */
function backgroundOf(channels: number, background: PictureSettings["background"]): readonly number[] {
  const colour = background === "white" ? 255 : 0;
  return Array.from({ length: channels }, (_, channel) =>
    channels % 2 === 0 && channel === channels - 1 ? 0 : colour,
  );
}
