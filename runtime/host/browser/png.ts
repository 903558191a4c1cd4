import { type DecodedPng, convertIndexedToRgb, decode } from "fast-png";
import type { RawPixels } from "../pictures.ts";

/**
 * Decodes a PNG to 8 bits a channel. A canvas would multiply colours by their opacity and so lose bits of them, hence a
 * decoder of our own, with the results of the picture library of Node.
 */
export function decodePng(bytes: Uint8Array): RawPixels {
  const png = decode(bytes, { checkCrc: true });
  const { width, height } = png;
  if (png.palette)
    return { width, height, channels: png.palette[0]?.length === 4 ? 4 : 3, data: convertIndexedToRgb(png) };
  const samples = samplesOf(png);
  const eightBits = inEightBits(samples, png.depth);
  const { channels } = png;
  if (!png.transparency) return { width, height, channels: channels as 1 | 2 | 3 | 4, data: eightBits };
  return {
    width,
    height,
    channels: (channels + 1) as 2 | 4,
    data: withKey(samples, eightBits, { channels, key: png.transparency }),
  };
}

function inEightBits(samples: ArrayLike<number>, depth: number): Uint8Array {
  // Most pictures have 8 bits: copying them is many times as fast as a function of each.
  if (depth === 8) return new Uint8Array(samples);
  const most = 2 ** depth - 1;
  return Uint8Array.from(samples, (sample) => (depth === 16 ? sample >> 8 : (sample * 255) / most));
}

/** One number for each sample; samples of less than 8 bits share bytes, and each row begins with a new byte. */
function samplesOf({ data, depth, width, height, channels }: DecodedPng): Uint8Array | Uint8ClampedArray | Uint16Array {
  if (depth >= 8) return data;
  const row = width * channels;
  const rowBytes = Math.ceil((row * depth) / 8);
  return Uint8Array.from({ length: row * height }, (_, index) => {
    const bit = (index % row) * depth;
    const byte = data[Math.floor(index / row) * rowBytes + (bit >> 3)] ?? 0;
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}

/** Adds opacity: the colour that the file names is transparent. */
function withKey(
  samples: ArrayLike<number>,
  eightBits: Uint8Array,
  { channels, key }: { readonly channels: number; readonly key: ArrayLike<number> },
): Uint8Array {
  const pixels = samples.length / channels;
  const data = new Uint8Array(pixels * (channels + 1));
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    data.set(eightBits.subarray(from, from + channels), pixel * (channels + 1));
    let isKey = true;
    for (let channel = 0; channel < channels; channel++) isKey &&= samples[from + channel] === key[channel];
    data[pixel * (channels + 1) + channels] = isKey ? 0 : 255;
  }
  return data;
}
