import type { Picture } from "./picture.ts";
import { type Box, resample } from "./resample.ts";

/** The options of an image modality that determine its pixels. */
export interface GridOptions {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fit: "contain" | "cover" | "stretch";
  readonly background: "white" | "black";
}

/** The value of each background in every colour channel. */
const levels = { white: 255, black: 0 } as const;

/**
 * Converts an upright picture to the bytes `[height × width × channels]`. In this order it is put on the background,
 * unless opacity is kept; becomes grey by luma weights, if grey is requested; and is resized as `fit` says. The order
 * and each rounding are those of Pillow (`paste`, `convert("L")`, `resize` and `ImageOps`).
 */
export function pictureGrid(picture: Picture, { height, width, channels, fit, background }: GridOptions): Uint8Array {
  const keepsOpacity = channels % 2 === 0;
  const level = levels[background];
  const settled = keepsOpacity ? withOpacity(picture) : onBackground(picture, level);
  const coloured = channels <= 2 ? greyed(settled) : inColour(settled);
  const size = { width, height };
  if (fit === "stretch") return resized(coloured, size).data;
  if (fit === "cover") return resized(coloured, size, coveringBox(coloured, size)).data;
  return padded(resized(coloured, containedSize(coloured, size)), size, level);
}

function hasOpacity({ channels }: Picture): boolean {
  return channels % 2 === 0;
}

/** Composes the picture over a background that has one value in all channels. The result has no opacity. */
function onBackground(picture: Picture, level: number): Picture {
  if (!hasOpacity(picture)) return picture;
  const channels = picture.channels === 2 ? 1 : 3;
  const data = new Uint8Array(picture.width * picture.height * channels);
  for (let pixel = 0; pixel < picture.width * picture.height; pixel++) {
    const from = pixel * picture.channels;
    const opacity = picture.data[from + channels] ?? 0;
    for (let channel = 0; channel < channels; channel++)
      data[pixel * channels + channel] = dividedBy255(
        (picture.data[from + channel] ?? 0) * opacity + level * (255 - opacity),
      );
  }
  return { ...picture, channels, data };
}

function withOpacity(picture: Picture): Picture {
  if (hasOpacity(picture)) return picture;
  const channels = picture.channels === 1 ? 2 : 4;
  return mapPixels(picture, channels, (from, to) => {
    to.set(from);
    to[channels - 1] = 255;
  });
}

/** Rec. 601 luma in 65536ths. */
function greyed(picture: Picture): Picture {
  if (picture.channels <= 2) return picture;
  return mapPixels(picture, picture.channels === 3 ? 1 : 2, (from, to) => {
    const [red = 0, green = 0, blue = 0, opacity = 255] = from;
    to[0] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    if (to.length > 1) to[1] = opacity;
  });
}

function inColour(picture: Picture): Picture {
  if (picture.channels > 2) return picture;
  return mapPixels(picture, picture.channels === 1 ? 3 : 4, (from, to) => {
    to.fill(from[0] ?? 0, 0, 3);
    if (to.length > 3) to[3] = from[1] ?? 255;
  });
}

/**
 * Resizes a picture. Colours are multiplied by their opacity while pixels are mixed, so that transparent pixels
 * contribute no colour.
 */
function resized(picture: Picture, size: Pick<Picture, "width" | "height">, box?: Box): Picture {
  if (!hasOpacity(picture)) return resample(picture, size, box);
  const last = picture.channels - 1;
  const opaque = mapPixels(picture, picture.channels, (from, to) => {
    const opacity = from[last] ?? 0;
    for (let channel = 0; channel < last; channel++) to[channel] = dividedBy255((from[channel] ?? 0) * opacity);
    to[last] = opacity;
  });
  return mapPixels(resample(opaque, size, box), picture.channels, (from, to) => {
    const opacity = from[last] ?? 0;
    for (let channel = 0; channel < last; channel++)
      to[channel] =
        opacity === 0 || opacity === 255
          ? (from[channel] ?? 0)
          : Math.min(Math.floor((255 * (from[channel] ?? 0)) / opacity), 255);
    to[last] = opacity;
  });
}

/** The largest size with the picture's aspect ratio that fits, as in `ImageOps.contain`. */
function containedSize(
  { width, height }: Picture,
  size: Pick<Picture, "width" | "height">,
): Pick<Picture, "width" | "height"> {
  const [own, wanted] = [width / height, size.width / size.height];
  if (own > wanted) return { width: size.width, height: Math.max(halfEven((height / width) * size.width), 1) };
  return own < wanted ? { width: Math.max(halfEven((width / height) * size.height), 1), height: size.height } : size;
}

/** The central part of the picture with the aspect ratio of the grid, as in `ImageOps.fit`. */
function coveringBox({ width, height }: Picture, size: Pick<Picture, "width" | "height">): Box {
  const [own, wanted] = [width / height, size.width / size.height];
  const cut =
    own === wanted
      ? { width, height }
      : own >= wanted
        ? { width: wanted * height, height }
        : { width, height: width / wanted };
  const [left, top] = [(width - cut.width) * 0.5, (height - cut.height) * 0.5];
  return { left, top, right: left + cut.width, bottom: top + cut.height };
}

/**
 * The picture in the middle of the grid, as in `ImageOps.pad`. The margins are background, and transparent if the grid
 * has opacity.
 */
function padded(picture: Picture, { width, height }: Pick<Picture, "width" | "height">, level: number): Uint8Array {
  const { channels, data } = picture;
  if (picture.width === width && picture.height === height) return data;
  const out = new Uint8Array(width * height * channels).fill(level);
  if (hasOpacity(picture)) for (let at = channels - 1; at < out.length; at += channels) out[at] = 0;
  const [left, top] = [halfEven((width - picture.width) * 0.5), halfEven((height - picture.height) * 0.5)];
  for (let y = 0; y < picture.height; y++) {
    const row = data.subarray(y * picture.width * channels, (y + 1) * picture.width * channels);
    out.set(row, ((top + y) * width + left) * channels);
  }
  return out;
}

function mapPixels(
  picture: Picture,
  channels: Picture["channels"],
  each: (from: Uint8Array, to: Uint8Array) => void,
): Picture {
  const pixels = picture.width * picture.height;
  const data = new Uint8Array(pixels * channels);
  const from = new Uint8Array(picture.channels);
  const to = new Uint8Array(channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < picture.channels; channel++)
      from[channel] = picture.data[pixel * picture.channels + channel] ?? 0;
    each(from, to);
    data.set(to, pixel * channels);
  }
  return { ...picture, channels, data };
}

/** Divides by 255 and rounds, for values up to 255². */
function dividedBy255(value: number): number {
  const more = value + 128;
  return ((more >> 8) + more) >> 8;
}

/** Rounds half to even, as Python does. */
function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
