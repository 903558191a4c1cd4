import type { DrawChange, PictureChange, Pixels } from "./picture-change.ts";

/**
 * Applies the four changes in a random order, each with its own random factor. All factors are drawn, used or not, so
 * that the draws do not depend on the options.
 */
export const jitter: DrawChange<"jitter"> = ({ brightness, contrast, saturation, hue }, random) => {
  const order = random.permutation(4);
  const around = (strength: number): number => 1 + (2 * random.uniform() - 1) * strength;
  const factors = { brightness: around(brightness), contrast: around(contrast), saturation: around(saturation) };
  const turn = (2 * random.uniform() - 1) * hue;
  const changes: readonly PictureChange[] = [
    (pixels) => blendWith(pixels, 0, factors.brightness),
    (pixels) => blendWith(pixels, meanGrey(pixels), factors.contrast),
    (pixels) => saturate(pixels, factors.saturation),
    (pixels) => turnHue(pixels, turn),
  ];
  return (pixels) => {
    for (const index of order) changes[index]?.(pixels);
  };
};

/** Converts a number to a byte by dropping its fraction, as torchvision does. */
function byte(value: number): number {
  return Math.trunc(Math.min(Math.max(value, 0), 255));
}

function isGrey({ channels }: Pixels): boolean {
  return channels <= 2;
}

/** Sets every colour channel to `factor · value + (1 − factor) · other`. */
function blendWith(pixels: Pixels, other: number, factor: number): void {
  if (factor === 1) return;
  const { data, channels } = pixels;
  const blended = Uint8Array.from({ length: 256 }, (_, value) => byte(factor * value + (1 - factor) * other));
  const colours = isGrey(pixels) ? 1 : 3;
  for (let start = 0; start < data.length; start += channels)
    for (let channel = start; channel < start + colours; channel++) data[channel] = blended[data[channel] ?? 0] ?? 0;
}

/** The luma of ITU-R BT.601 as a byte. */
function greyOf(red: number, green: number, blue: number): number {
  return byte(0.2989 * red + 0.587 * green + 0.114 * blue);
}

function meanGrey(pixels: Pixels): number {
  const { data, channels } = pixels;
  let sum = 0;
  for (let start = 0; start < data.length; start += channels)
    sum += isGrey(pixels) ? (data[start] ?? 0) : greyOf(data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0);
  return sum / (data.length / channels);
}

/** Blends every pixel with its own grey. */
function saturate(pixels: Pixels, factor: number): void {
  if (isGrey(pixels) || factor === 1) return;
  const { data, channels } = pixels;
  for (let start = 0; start < data.length; start += channels) {
    const grey = greyOf(data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0);
    for (let channel = start; channel < start + 3; channel++)
      data[channel] = byte(factor * (data[channel] ?? 0) + (1 - factor) * grey);
  }
}

/** Moves the hue of every pixel on the circle of colours, by way of HSV (Smith, 1978). */
function turnHue(pixels: Pixels, turn: number): void {
  if (isGrey(pixels) || turn === 0) return;
  const { data, channels } = pixels;
  for (let start = 0; start < data.length; start += channels) {
    const [red, green, blue] = [data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0];
    const largest = Math.max(red, green, blue);
    const range = largest - Math.min(red, green, blue);
    if (range === 0) continue;
    const sector = sectorOf(red, green, blue) + 6 * (turn + 1);
    for (let channel = 0; channel < 3; channel++) {
      const at = (5 - 2 * channel + sector) % 6;
      data[start + channel] = byte((largest - range * Math.max(0, Math.min(at, 4 - at, 1))) * LEVELS);
    }
  }
}

/** The hue in sixths of the colour circle, counted from red. */
function sectorOf(red: number, green: number, blue: number): number {
  const largest = Math.max(red, green, blue);
  const range = largest - Math.min(red, green, blue);
  if (largest === red) return ((green - blue) / range + 6) % 6;
  return largest === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
}

/** torchvision computes with numbers in 0..1, which it multiplies by 255.999 to get bytes. */
const LEVELS = 255.999 / 255;
