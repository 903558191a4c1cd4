import sharp, { type Sharp } from "sharp";
import { featuresOfModality } from "../../../compiler/features.ts";
import type { FileReferences } from "../file-references.ts";
import { NumberGrid } from "../number-grid.ts";
import { UnreadableValue } from "../unreadable-value.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { bytesOf, type FileSource, fileSource, isMissingFile } from "./file-bytes.ts";

type ImageModality = ModalityOf<"image">;
type PictureOptions = Omit<ImageModality, "kind">;

/** To be raised whenever the same file would give other pixels. */
export const pictureVersion = `1 ${sharp.versions.sharp}`;

/** A picture of this many pixels takes a gigabyte while it is decoded: a larger one is an accident or an attack. */
const pixelLimit = 2 ** 28;

// The pictures are decoded side by side, one thread each, and never twice: sharp's own threads and cache would only be in the way.
sharp.cache(false);
sharp.concurrency(1);

/** A picture's file; or pixels that need no decoding. */
type ImageSource = FileSource | NumberGrid;

/** `uint8 [height, width, channels]` of a picture: PNG, JPEG, WebP, GIF (its first frame), AVIF, TIFF or SVG. */
export function imageReader(name: string, modality: ImageModality): FeatureReader<ImageSource> {
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    isMissing: isMissingFile,
    parse: (value) => (isPixels(value) ? value : fileSource(value)),
    encode: async (source, [pixels], context) => {
      pixels?.set(await picturePixels(source instanceof NumberGrid ? source : await bytesOf(source, context), modality));
    },
    decoding: {
      version: pictureVersion,
      async *content(source, context) {
        yield source instanceof NumberGrid ? Buffer.from(source.toJSON()) : await bytesOf(source, context);
      },
    },
  };
}

/** Width and height of a picture as it is in its file, upright. */
export async function pictureSize(source: ImageSource, references: FileReferences): Promise<{ readonly width: number; readonly height: number }> {
  if (source instanceof NumberGrid) return rawSize(source);
  const { autoOrient } = await sharp(await bytesOf(source, { references }), { limitInputPixels: pixelLimit }).metadata();
  return autoOrient;
}

/** A picture that has no file of its own, as a PNG of at most 256 pixels a side in a data URI. */
export async function pictureUri(source: Uint8Array | NumberGrid): Promise<string> {
  const raw = source instanceof NumberGrid ? { raw: rawSize(source) } : {};
  const png = await sharp(source instanceof NumberGrid ? source.data : source, { limitInputPixels: pixelLimit, ...raw }).resize({ width: 256, height: 256, fit: "inside", withoutEnlargement: true }).png().toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

function isPixels(value: unknown): value is NumberGrid {
  return value instanceof NumberGrid && value.data instanceof Uint8Array && (value.shape.length === 2 || (value.shape.length === 3 && rawSize(value).channels <= 4));
}

function rawSize({ shape: [height = 0, width = 0, channels = 1] }: NumberGrid): { readonly height: number; readonly width: number; readonly channels: 1 | 2 | 3 | 4 } {
  return { height, width, channels: channels as 1 | 2 | 3 | 4 };
}

/** Pixels of a picture as an image modality of these options has them. */
export async function picturePixels(source: Uint8Array | NumberGrid, modality: PictureOptions): Promise<Uint8Array> {
  try {
    const options = { limitInputPixels: pixelLimit, failOn: "error", ...(source instanceof NumberGrid ? { raw: rawSize(source) } : {}) } as const;
    const bytes = source instanceof NumberGrid ? source.data : source;
    const { format, width, height } = await sharp(bytes, options).metadata();
    // A drawing is rendered at the size that is asked for, instead of at its own and then scaled.
    const density = format === "svg" ? Math.min(Math.max(72 * scale(modality, width, height), 1), 100_000) : undefined;
    const resized = fitted(sharp(bytes, density === undefined ? options : { ...options, density }), modality);
    return modality.channels <= 2 ? await greyPixels(resized, modality) : await resized.toColourspace("srgb").raw().toBuffer();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UnreadableValue(`it is no picture that can be read: ${reason}`, undefined, { cause });
  }
}

/** How much a drawing of this size grows to fill the grid. */
function scale(modality: PictureOptions, width: number, height: number): number {
  const ratios = [modality.width / width, modality.height / height] as const;
  return modality.fit === "contain" ? Math.min(...ratios) : Math.max(...ratios);
}

const fits = { contain: "contain", cover: "cover", stretch: "fill" } as const;
const backgrounds = { white: { r: 255, g: 255, b: 255 }, black: { r: 0, g: 0, b: 0 } } as const;

/** An even number of channels ends with opacity; without it, the picture lies on the background. */
function fitted(image: Sharp, { height, width, channels, fit, background }: PictureOptions): Sharp {
  const opaque = channels % 2 === 1;
  const colour = { ...backgrounds[background], alpha: opaque ? 1 : 0 };
  const upright = image.autoOrient();
  const settled = opaque ? upright.flatten({ background: colour }) : upright.ensureAlpha();
  const resized = settled.resize(width, height, { fit: fits[fit], background: colour });
  return opaque ? resized.removeAlpha() : resized;
}

async function greyPixels(image: Sharp, { channels }: PictureOptions): Promise<Uint8Array> {
  const grey = await image.clone().greyscale().raw().toBuffer();
  if (channels === 1) return grey;
  // Going to grey, sharp loses the opacity.
  const opacity = await image.clone().extractChannel("alpha").raw().toBuffer();
  return Uint8Array.from({ length: 2 * grey.length }, (_, index) => (index % 2 === 0 ? grey : opacity)[index >> 1] ?? 0);
}
