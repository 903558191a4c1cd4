import { pictureReaders } from "../../runtime/data/features/image.ts";

/** The pixels of pictures as a page reads them. */
export interface PicturesPage {
  readonly pixels: (base64: string, side: number, channels: number) => Promise<readonly number[]>;
}

const picturesPage: PicturesPage = {
  async pixels(base64, side, channels) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const options = { height: side, width: side, channels, fit: "contain", background: "white" } as const;
    return [...(await pictureReaders.own.pixelsOf(bytes, options as never))];
  },
};

Object.assign(globalThis, { picturesPage });
