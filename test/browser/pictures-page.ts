import { type PictureReader, pictureReaders } from "../../runtime/data/features/image.ts";

/** The pixels of pictures as a page reads them. */
export interface PicturesPage {
  readonly pixels: (base64: string, options: Parameters<PictureReader["pixelsOf"]>[1]) => Promise<readonly number[]>;
}

const picturesPage: PicturesPage = {
  async pixels(base64, options) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return [...(await pictureReaders.own.pixelsOf(bytes, options))];
  },
};

Object.assign(globalThis, { picturesPage });
