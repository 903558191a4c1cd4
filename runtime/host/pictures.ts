import sharp, { type Sharp } from "sharp";

// Pictures are decoded in parallel, one thread each, and never twice, so that the library's own threads and cache have
// no use.
sharp.cache(false);
sharp.concurrency(1);

/** The version of the decoding library; another version may give other pixels. */
export const pictureLibraryVersion = sharp.versions.sharp;

/** The facts in the header of a picture's file. */
export interface PictureFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** The type of a sample, such as `uchar` or `float`. */
  readonly depth: string;
  /** The orientation in the EXIF data. */
  readonly orientation?: number | undefined;
  /** The size of the picture in its EXIF orientation. */
  readonly autoOrient: { readonly width: number; readonly height: number };
}

export interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** `[height, width, channels]` */
  readonly data: Uint8Array;
}

export interface DecodingOptions {
  /** The limit on pixels, above which a picture is refused. */
  readonly mostPixels: number;
  /** Pixels per inch at which a drawing (SVG) is rendered. */
  readonly density?: number;
}

/** The size of a grid of pixels, and how a picture is fitted into it. */
export interface FittedGrid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fit: "contain" | "cover" | "stretch";
  readonly background: "white" | "black";
}

/** Reads the header of a picture. Rejects if the library does not know the format, or if the file is damaged. */
export async function readPictureFacts(bytes: Uint8Array): Promise<PictureFacts> {
  return sharp(bytes, { limitInputPixels: false, failOn: "error" }).metadata();
}

/**
 * Decodes a picture at its own size, in 8 bits and sRGB, ignoring its EXIF orientation. As in Pillow, an embedded
 * colour profile is ignored.
 */
export async function decodePixels(bytes: Uint8Array, options: DecodingOptions): Promise<RawPixels> {
  const { data, info } = await sharp(bytes, { ...sharpOptions(options), ignoreIcc: true })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** Resizes a picture to a grid by the library alone, as runs of an older semantics number do. */
export async function libraryGrid(
  source: Uint8Array | RawPixels,
  grid: FittedGrid,
  options: DecodingOptions,
): Promise<Uint8Array> {
  const resized = fitted(opened(source, options), grid);
  return grid.channels <= 2 ? greyPixels(resized, grid) : resized.toColourspace("srgb").raw().toBuffer();
}

/** A PNG of at most `side` pixels a side. */
export async function thumbnailPng(
  source: Uint8Array | RawPixels,
  side: number,
  options: DecodingOptions,
): Promise<Uint8Array> {
  return opened(source, options)
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
}

export async function encodePng({ data, ...raw }: RawPixels): Promise<Uint8Array> {
  return sharp(data, { raw }).png().toBuffer();
}

function opened(source: Uint8Array | RawPixels, options: DecodingOptions): Sharp {
  if (source instanceof Uint8Array) return sharp(source, sharpOptions(options));
  const { data, ...raw } = source;
  return sharp(data, { raw });
}

function sharpOptions({ mostPixels, density }: DecodingOptions) {
  return { limitInputPixels: mostPixels, failOn: "error", ...(density === undefined ? {} : { density }) } as const;
}

const fits = { contain: "contain", cover: "cover", stretch: "fill" } as const;
const backgrounds = { white: { r: 255, g: 255, b: 255 }, black: { r: 0, g: 0, b: 0 } } as const;

/** An even number of channels ends with opacity; otherwise the picture is put on the background. */
function fitted(image: Sharp, { height, width, channels, fit, background }: FittedGrid): Sharp {
  const opaque = channels % 2 === 1;
  const colour = { ...backgrounds[background], alpha: opaque ? 1 : 0 };
  const upright = image.autoOrient();
  const settled = opaque ? upright.flatten({ background: colour }) : upright.ensureAlpha();
  const resized = settled.resize(width, height, { fit: fits[fit], background: colour });
  return opaque ? resized.removeAlpha() : resized;
}

async function greyPixels(image: Sharp, { channels }: FittedGrid): Promise<Uint8Array> {
  const grey = await image.clone().greyscale().raw().toBuffer();
  if (channels === 1) return grey;
  // The conversion to grey loses the opacity in sharp.
  const opacity = await image.clone().extractChannel("alpha").raw().toBuffer();
  return Uint8Array.from(
    { length: 2 * grey.length },
    (_, index) => (index % 2 === 0 ? grey : opacity)[index >> 1] ?? 0,
  );
}
