import sharp, { type SharpOptions } from "sharp";
import type { Picture } from "./picture.ts";
import { upright } from "./upright.ts";

export interface PictureFile {
  readonly bytes: Uint8Array;
  /** Of EXIF. */
  readonly orientation: number | undefined;
  readonly options: SharpOptions;
}

/** A picture at its own size, upright, in 8 bits and sRGB. As in Pillow, colours are as they are in the file, whatever its profile says. */
export async function decodePicture({ bytes, orientation, options }: PictureFile): Promise<Picture> {
  const { data, info } = await sharp(bytes, { ...options, ignoreIcc: true })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return upright({ width: info.width, height: info.height, channels: info.channels, data }, orientation);
}
