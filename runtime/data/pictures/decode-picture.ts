import { type DecodingOptions, decodePixels } from "../../host/pictures.ts";
import type { Picture } from "./picture.ts";
import { upright } from "./upright.ts";

export interface PictureFile {
  readonly bytes: Uint8Array;
  /** The orientation in the picture's EXIF data. */
  readonly orientation: number | undefined;
  readonly options: DecodingOptions;
}

/** Decodes a picture at its own size, upright, in sRGB with 8 bits per channel. */
export async function decodePicture({ bytes, orientation, options }: PictureFile): Promise<Picture> {
  return upright(await decodePixels(bytes, options), orientation);
}
