import type { Picture } from "./picture.ts";
import { type Box, resample } from "./resample.ts";

/** What an image modality wants of a picture. */
export interface GridOptions {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fit: "contain" | "cover" | "stretch";
  readonly background: "white" | "black";
}

/** Of `background`, in every channel of colour. */
const levels = { white: 255, black: 0 } as const;

/**
 * The bytes `[height × width × channels]` of a picture that stands upright. In this order: it lies on the background, where no opacity is asked for; becomes grey by
 * luma weights, where that is; and is resized as `fit` says. The order and each rounding are Pillow's (`paste`, `convert("L")`, `resize` and `ImageOps`).
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

/** The picture over a background of one level in all channels, without opacity. */
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

/** What is transparent has no colour to give away: colours are multiplied by their opacity while pixels are mixed. */
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

/** As large as fits, by `ImageOps.contain`. */
function containedSize(
  { width, height }: Picture,
  size: Pick<Picture, "width" | "height">,
): Pick<Picture, "width" | "height"> {
  const [own, wanted] = [width / height, size.width / size.height];
  if (own > wanted) return { width: size.width, height: Math.max(halfEven((height / width) * size.width), 1) };
  return own < wanted ? { width: Math.max(halfEven((width / height) * size.height), 1), height: size.height } : size;
}

/** The middle of the picture in the shape of the grid, by `ImageOps.fit`. */
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

/** In the middle of the grid, as `ImageOps.pad` puts it; what is beside it is background, and transparent where the grid has opacity. */
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

/** Rounded, for values up to 255². */
function dividedBy255(value: number): number {
  const more = value + 128;
  return ((more >> 8) + more) >> 8;
}

/** As Python rounds: a half goes to the even neighbour. */
function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
