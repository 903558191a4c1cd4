import { encode } from "fast-png";
import type * as node from "../pictures.ts";
import type { DecodingOptions, FittedGrid, PictureFacts, RawPixels } from "../pictures.ts";
import { pictureHeader } from "./picture-header.ts";
import { decodePng } from "./png.ts";
import { web } from "./web.ts";

export type { DecodingOptions, FittedGrid, PictureFacts, RawPixels };

/** The features of pictures that a page has decoded are not those of sharp, whatever its version. */
export const pictureLibraryVersion: typeof node.pictureLibraryVersion = "browser 1";

export const readPictureFacts: typeof node.readPictureFacts = async (bytes) => {
  const { format, width, height, depth = "uchar", orientation } = pictureHeader(bytes);
  const size =
    width !== undefined && height !== undefined
      ? { width, height }
      : format === "svg"
        ? await (await import("./drawing.ts")).drawingSize(bytes)
        : await platformSize(bytes);
  const isTurned = orientation !== undefined && orientation >= 5;
  return {
    format,
    ...size,
    depth,
    ...(orientation === undefined ? {} : { orientation }),
    autoOrient: isTurned ? { width: size.height, height: size.width } : size,
  };
};

export const decodePixels: typeof node.decodePixels = async (bytes, { density = 72, mostPixels }) => {
  const { format } = pictureHeader(bytes);
  if (format === "png") return decodePng(bytes);
  if (format === "svg") return (await import("./drawing.ts")).drawingPixels(bytes, density / 72, mostPixels);
  return platformPixels(bytes);
};

export const libraryGrid: typeof node.libraryGrid = async () => {
  throw new Error(
    "the run was begun by a version of mtl that resized pictures with a library of Node, so it needs Node",
  );
};

export const thumbnailPng: typeof node.thumbnailPng = async (source, side, options) => {
  const { width, height, channels, data } = source instanceof Uint8Array ? await decodePixels(source, options) : source;
  const factor = Math.min(1, side / Math.max(width, height));
  const whole = new web.OffscreenCanvas(width, height);
  whole.getContext("2d")?.putImageData(new web.ImageData(withFourChannels(data, channels), width, height), 0, 0);
  const size = [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))] as const;
  const small = new web.OffscreenCanvas(...size);
  small.getContext("2d")?.drawImage(whole, 0, 0, ...size);
  return new Uint8Array(await (await small.convertToBlob({ type: "image/png" })).arrayBuffer());
};

export const encodePng: typeof node.encodePng = async ({ width, height, channels, data }) =>
  encode({ width, height, channels, data, depth: 8 });

/** Decodes by the browser. A browser would turn a picture by its orientation, so that a copy says it is upright. */
async function platformBitmap(bytes: Uint8Array) {
  const copy = Uint8Array.from(bytes);
  const { orientationAt } = pictureHeader(bytes);
  if (orientationAt) new DataView(copy.buffer).setUint16(orientationAt.offset, 1, orientationAt.little);
  return web.createImageBitmap(new Blob([copy]), {
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  });
}

async function platformSize(bytes: Uint8Array): Promise<{ readonly width: number; readonly height: number }> {
  const bitmap = await platformBitmap(bytes);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

async function platformPixels(bytes: Uint8Array): Promise<RawPixels> {
  const bitmap = await platformBitmap(bytes);
  const { width, height } = bitmap;
  const context = new web.OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser gives no canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
}

function withFourChannels(data: Uint8Array, channels: RawPixels["channels"]): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: (data.length / channels) * 4 }, (_, index) => {
    const [pixel, channel] = [(index >> 2) * channels, index & 3];
    if (channel === 3) return channels % 2 === 0 ? (data[pixel + channels - 1] ?? 0) : 255;
    return data[pixel + (channels <= 2 ? 0 : channel)] ?? 0;
  });
}
