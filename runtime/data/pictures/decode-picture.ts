import { type DecodingOptions, decodePixels } from "../../host/pictures.ts";
import type { Picture } from "./picture.ts";
import { upright } from "./upright.ts";

export interface PictureFile {
  readonly bytes: Uint8Array;
  /** The orientation of EXIF. */
  readonly orientation: number | undefined;
  readonly options: DecodingOptions;
}

/** A picture at its own size, upright, in 8 bits and sRGB. */
export async function decodePicture({ bytes, orientation, options }: PictureFile): Promise<Picture> {
  return upright(await decodePixels(bytes, options), orientation);
}
