import type { Picture } from "./picture.ts";

/** A part of a picture in pixels from its upper left corner. Its edges may lie within pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The radius of the Lanczos window in pixels of the coarser resolution. */
const reach = 3;
/** Coefficients are fixed-point numbers with this scale, as in Pillow, so that sums are the same on every machine. */
const precision = 2 ** 22;

/** sinc(x)·sinc(x ∕ 3) for |x| < 3, else 0. */
function lanczos(x: number): number {
  return Math.abs(x) < reach ? sinc(x) * sinc(x / reach) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * The source pixels of one result pixel: `weights` apply to the pixels from `first` on, and sum to 1 in units of 2⁻²².
 */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

/**
 * The source pixels of each pixel on a resized axis. The centre of pixel i of n is at (i + ½) ∕ n of the box, so
 * nothing is shifted. If the axis becomes shorter, the window becomes wider by the same factor, so that every source
 * pixel contributes.
 */
function tapsOf(before: number, from: number, to: number, count: number): readonly Taps[] {
  const step = (to - from) / count;
  const scale = Math.max(step, 1);
  return Array.from({ length: count }, (_, pixel) => {
    const centre = from + (pixel + 0.5) * step;
    const first = Math.max(Math.trunc(centre - reach * scale + 0.5), 0);
    const end = Math.min(Math.trunc(centre + reach * scale + 0.5), before);
    const raw = Array.from({ length: end - first }, (_each, place) => lanczos((first + place - centre + 0.5) / scale));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return {
      first,
      weights: Int32Array.from(raw, (weight) => Math.trunc((weight / sum) * precision + (weight < 0 ? -0.5 : 0.5))),
    };
  });
}

/**
 * Resizes with an antialiased Lanczos window, first along rows, then along columns, rounding to bytes after each: bit
 * for bit `Image.resize(size, LANCZOS, box)` of Pillow.
 */
export function resample(
  picture: Picture,
  { width, height }: Pick<Picture, "width" | "height">,
  box: Box = { left: 0, top: 0, right: picture.width, bottom: picture.height },
): Picture {
  const keepsRows = width === picture.width && box.left === 0 && box.right === picture.width;
  const keepsColumns = height === picture.height && box.top === 0 && box.bottom === picture.height;
  const across = keepsRows ? picture : acrossRows(picture, tapsOf(picture.width, box.left, box.right, width));
  return keepsColumns ? across : downColumns(across, tapsOf(picture.height, box.top, box.bottom, height));
}

function acrossRows({ data, width, height, channels }: Picture, taps: readonly Taps[]): Picture {
  const out = new Uint8Array(taps.length * height * channels);
  for (let y = 0; y < height; y++) {
    for (const [x, { first, weights }] of taps.entries()) {
      const start = (y * width + first) * channels;
      const to = (y * taps.length + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = precision / 2;
        for (let place = 0, at = start + channel; place < weights.length; place++, at += channels)
          sum += (data[at] ?? 0) * (weights[place] ?? 0);
        out[to + channel] = byteOf(sum);
      }
    }
  }
  return { data: out, width: taps.length, height, channels };
}

function downColumns({ data, width, channels }: Picture, taps: readonly Taps[]): Picture {
  const rowLength = width * channels;
  const out = new Uint8Array(taps.length * rowLength);
  const sums = new Float64Array(rowLength);
  for (const [y, { first, weights }] of taps.entries()) {
    sums.fill(precision / 2);
    for (const [place, weight] of weights.entries()) {
      const start = (first + place) * rowLength;
      for (let x = 0; x < rowLength; x++) sums[x] = (sums[x] ?? 0) + (data[start + x] ?? 0) * weight;
    }
    for (let x = 0; x < rowLength; x++) out[y * rowLength + x] = byteOf(sums[x] ?? 0);
  }
  return { data: out, width, height: taps.length, channels };
}

function byteOf(sum: number): number {
  return Math.min(Math.max(Math.floor(sum / precision), 0), 255);
}
