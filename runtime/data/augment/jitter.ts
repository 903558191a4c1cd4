import type { DrawChange, PictureChange, Pixels } from "./picture-change.ts";

/** Changes the colour channels by a function of the pixel. */
type ColourChange = (colour: Colour) => Colour;
type Colour = readonly [red: number, green: number, blue: number];

/** Each of the four changes with a factor of its own, in a random order; factors are drawn whether they are used or not. */
export const jitter: DrawChange<"jitter"> = ({ brightness, contrast, saturation, hue }, random) => {
  const order = random.permutation(4);
  const around = (strength: number): number => 1 + (2 * random.uniform() - 1) * strength;
  const factors = { brightness: around(brightness), contrast: around(contrast), saturation: around(saturation) };
  const turn = (2 * random.uniform() - 1) * hue;
  const changes = [
    (pixels) => recolour(pixels, (colour) => blended(colour, 0, factors.brightness)),
    (pixels) => {
      const mean = meanGrey(pixels);
      recolour(pixels, (colour) => blended(colour, mean, factors.contrast));
    },
    (pixels) => recolour(pixels, (colour) => blended(colour, greyOf(colour), factors.saturation)),
    (pixels) => {
      if (turn !== 0) recolour(pixels, (colour) => turned(colour, turn));
    },
  ] as const satisfies readonly PictureChange[];
  return (pixels) => {
    for (const index of order) changes[index]?.(pixels);
  };
};

function recolour({ data, channels }: Pixels, change: ColourChange): void {
  const isGrey = channels <= 2;
  for (let start = 0; start < data.length; start += channels) {
    const red = data[start] ?? 0;
    const colour = change(isGrey ? [red, red, red] : [red, data[start + 1] ?? 0, data[start + 2] ?? 0]);
    for (let channel = 0; channel < (isGrey ? 1 : 3); channel++) data[start + channel] = byte(colour[channel] ?? 0);
  }
}

/** A number as a byte: torchvision takes the whole part. */
function byte(value: number): number {
  return Math.trunc(Math.min(Math.max(value, 0), 255));
}

function blended(colour: Colour, other: number, factor: number): Colour {
  const [red, green, blue] = colour.map((value) => factor * value + (1 - factor) * other);
  return [red ?? 0, green ?? 0, blue ?? 0];
}

/** The luma of ITU-R BT.601, as a byte. */
function greyOf([red, green, blue]: Colour): number {
  return red === green && green === blue ? red : byte(0.2989 * red + 0.587 * green + 0.114 * blue);
}

function meanGrey({ data, channels }: Pixels): number {
  let sum = 0;
  for (let start = 0; start < data.length; start += channels)
    sum += channels <= 2 ? (data[start] ?? 0) : greyOf([data[start] ?? 0, data[start + 1] ?? 0, data[start + 2] ?? 0]);
  return sum / (data.length / channels);
}

/** The colour with its hue moved on the circle, by way of HSV (Smith, 1978). */
function turned([red, green, blue]: Colour, turn: number): Colour {
  const [largest, smallest] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const range = largest - smallest;
  if (range === 0) return [red, green, blue];
  const sector =
    largest === red ? (green - blue) / range : largest === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  const hue = (((sector / 6 + turn) % 1) + 1) % 1;
  const channel = (offset: number): number => {
    const at = (offset + hue * 6) % 6;
    return largest - range * Math.max(0, Math.min(at, 4 - at, 1));
  };
  return [channel(5), channel(3), channel(1)].map((value) => (value * LEVELS) / 255) as unknown as Colour;
}

/** torchvision goes by numbers in 0..1, which it multiplies by this to make bytes of them. */
const LEVELS = 255.999;
