import { Buffer } from "../../host/bytes.ts";
import { libraryGrid, pictureLibraryVersion, type RawPixels, thumbnailPng } from "../../host/pictures.ts";
import { featuresOfModality } from "../../../compiler/features/features.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import type { FileReferences } from "../files/file-references.ts";
import { limitOf } from "../limits.ts";
import { NumberGrid } from "../cells/number-grid.ts";
import { type PictureFile, decodePicture } from "../pictures/decode-picture.ts";
import { pictureGrid } from "../pictures/picture-grid.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { bytesOf, type FileSource, fileSource, isMissingFile } from "./file-bytes.ts";
import { pictureFacts, withinPixels } from "./picture-limits.ts";

type ImageModality = ModalityOf<"image">;
type PictureOptions = Omit<ImageModality, "kind">;

/** The file of a picture, or pixels that need no decoding. */
type ImageSource = FileSource | NumberGrid;

/** Reads a picture as `uint8 [height, width, channels]`: PNG, JPEG, WebP, GIF (its first frame), AVIF, TIFF or SVG. */
export function imageReader(
  name: string,
  modality: ImageModality,
  rules: Pick<Rules, "pictureFilter">,
): FeatureReader<ImageSource> {
  const { pixelsOf, version } = pictureReaders[rules.pictureFilter];
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    isMissing: isMissingFile,
    parse: (value) => (isPixels(value) ? value : fileSource(value)),
    encode: async (source, [pixels], context) => {
      pixels?.set(await pixelsOf(source instanceof NumberGrid ? source : await bytesOf(source, context), modality));
    },
    decoding: {
      version,
      async *content(source, context) {
        yield source instanceof NumberGrid ? Buffer.from(source.toJSON()) : await bytesOf(source, context);
      },
    },
  };
}

/** A way to get the pixels of pictures. Its version is to be changed whenever the same file would give other pixels. */
export interface PictureReader {
  readonly pixelsOf: (source: Uint8Array | NumberGrid, modality: PictureOptions) => Promise<Uint8Array>;
  readonly version: string;
}

interface GridMaker {
  /** Decodes and resizes a file whose size was checked. */
  readonly fromFile: (file: PictureFile & { readonly modality: PictureOptions }) => Promise<Uint8Array>;
  /** Resizes pixels that need no decoding. */
  readonly fromPixels: (pixels: NumberGrid, modality: PictureOptions) => Promise<Uint8Array>;
}

const own: GridMaker = {
  fromFile: async ({ modality, ...file }) => pictureGrid(await decodePicture(file), modality),
  fromPixels: async (pixels, modality) => pictureGrid(rawPixels(pixels), modality),
};

/** Resizes with the picture library alone, as runs of an older semantics number do. */
const library: GridMaker = {
  fromFile: ({ bytes, options, modality }) => libraryGrid(bytes, modality, options),
  fromPixels: (pixels, modality) => libraryGrid(rawPixels(pixels), modality, { mostPixels: limitOf("pixels") }),
};

export const pictureReaders: { readonly [Filter in Rules["pictureFilter"]]: PictureReader } = {
  own: {
    pixelsOf: (source, modality) => picturePixels(source, modality, own),
    version: `lanczos 1 ${pictureLibraryVersion}`,
  },
  library: {
    pixelsOf: (source, modality) => picturePixels(source, modality, library),
    version: `1 ${pictureLibraryVersion}`,
  },
};

/** The width and height of a picture in its file, after its EXIF orientation. */
export async function pictureSize(
  source: ImageSource,
  references: FileReferences,
): Promise<{ readonly width: number; readonly height: number }> {
  if (source instanceof NumberGrid) return rawSize(source);
  const { autoOrient } = await pictureFacts(await bytesOf(source, { references }));
  return autoOrient;
}

/** A picture that has no file of its own as a data URI: a PNG of at most 256 pixels a side. */
export async function pictureUri(source: Uint8Array | NumberGrid): Promise<string> {
  const { width, height } = source instanceof NumberGrid ? rawSize(source) : await pictureFacts(source);
  const pixels = source instanceof NumberGrid ? rawPixels(source) : source;
  const png = await withinPixels(width * height, () => thumbnailPng(pixels, 256, { mostPixels: limitOf("pixels") }));
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

function isPixels(value: unknown): value is NumberGrid {
  return (
    value instanceof NumberGrid &&
    value.data instanceof Uint8Array &&
    (value.shape.length === 2 || (value.shape.length === 3 && rawSize(value).channels <= 4))
  );
}

function rawSize({ shape: [height = 0, width = 0, channels = 1] }: NumberGrid): {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 2 | 3 | 4;
} {
  return { height, width, channels: channels as 1 | 2 | 3 | 4 };
}

function rawPixels(grid: NumberGrid): RawPixels {
  return { ...rawSize(grid), data: grid.data instanceof Uint8Array ? grid.data : Uint8Array.from(grid.data) };
}

/** The pixels of a picture in the size and channels of an image modality. */
async function picturePixels(
  source: Uint8Array | NumberGrid,
  modality: PictureOptions,
  { fromFile, fromPixels }: GridMaker,
): Promise<Uint8Array> {
  try {
    if (source instanceof NumberGrid) return await fromPixels(source, modality);
    // The library copies the whole buffer under a view, so the bytes get a buffer of their own.
    const bytes = source.byteLength < source.buffer.byteLength ? new Uint8Array(source) : source;
    const { format, width, height, orientation } = await pictureFacts(bytes);
    const options = { mostPixels: limitOf("pixels") };
    const file = { bytes, orientation, modality };
    if (format !== "svg") return await withinPixels(width * height, () => fromFile({ ...file, options }));
    // A drawing is rendered at the requested size, not rendered at its own size and then scaled.
    const density = Math.min(Math.max(72 * scale(modality, width, height), 1), 100_000);
    return await fromFile({ ...file, options: { ...options, density } });
  } catch (cause) {
    if (cause instanceof UnreadableValue) throw cause;
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UnreadableValue(`it is not a picture that can be read: ${reason}`, undefined, { cause });
  }
}

/** The factor by which a drawing of this size is scaled to fill the grid. */
function scale(modality: PictureOptions, width: number, height: number): number {
  const ratios = [modality.width / width, modality.height / height] as const;
  return modality.fit === "contain" ? Math.min(...ratios) : Math.max(...ratios);
}
