import type { RawPixels } from "../pictures.ts";
import { type PngImage, readPng } from "./png-image.ts";

/**
 * Decodes a PNG to 8 bits a channel. A canvas would multiply colours by their opacity and so lose bits of them, hence a
 * decoder of our own, with the results of the picture library of Node.
 */
export function decodePng(bytes: Uint8Array): RawPixels {
  const png = readPng(bytes);
  const { width, height, channels, palette, transparency } = png;
  if (palette) return { width, height, ...fromPalette(png.samples, palette, transparency) };
  const data = inEightBits(png);
  // Samples with an opacity have no transparent colour.
  if (!transparency || channels % 2 === 0) return { width, height, channels, data };
  return { width, height, channels: (channels + 1) as 2 | 4, data: withKey(png, data, transparency) };
}

/** The colours of indices. A colour that the palette lacks is black. */
function fromPalette(
  samples: PngImage["samples"],
  palette: Uint8Array,
  opacity: Uint8Array | undefined,
): Pick<RawPixels, "channels" | "data"> {
  const channels = opacity ? 4 : 3;
  const data = new Uint8Array(samples.length * channels);
  samples.forEach((index, pixel) => {
    data.set(palette.subarray(3 * index, 3 * index + 3), pixel * channels);
    if (opacity) data[pixel * channels + 3] = opacity[index] ?? 255;
  });
  return { channels, data };
}

function inEightBits({ samples, depth }: PngImage): Uint8Array {
  if (samples instanceof Uint16Array) return Uint8Array.from(samples, (sample) => sample >> 8);
  if (depth === 8) return samples;
  const most = 2 ** depth - 1;
  return samples.map((sample) => (sample * 255) / most);
}

/** Adds opacity: the colour that the file names is transparent. */
function withKey({ samples, channels }: PngImage, eightBits: Uint8Array, transparency: Uint8Array): Uint8Array {
  const key = new DataView(transparency.buffer, transparency.byteOffset, transparency.byteLength);
  const pixels = samples.length / channels;
  const data = new Uint8Array(pixels * (channels + 1));
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    data.set(eightBits.subarray(from, from + channels), pixel * (channels + 1));
    let isKey = true;
    for (let channel = 0; channel < channels; channel++)
      isKey &&= samples[from + channel] === key.getUint16(2 * channel);
    data[pixel * (channels + 1) + channels] = isKey ? 0 : 255;
  }
  return data;
}
