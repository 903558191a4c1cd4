import { readdir } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { featuresOfModality } from "../../../compiler/features/features.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { FeatureReader, ModalityOf, ReadingContext } from "./feature-reader.ts";
import { bytesOf, type FileSource, fileSource, isMissingFile } from "./file-bytes.ts";
import { type PictureReader, pictureReaders } from "./image.ts";
import { jsonCell } from "./json-cell.ts";

/** A folder of frames, or the frames in their order. */
type Video = string | readonly FileSource[];

const pictures = /\.(png|jpe?g|webp|gif|avif|tiff?|svg)$/i;
/** Sorts `frame2.png` before `frame10.png`. */
const natural = new Intl.Collator("en", { numeric: true });

/**
 * Reads uint8 `[frames, height, width, channels]`, sampled evenly from a folder or a list of pictures, and the mask of
 * the frames that exist.
 */
export function videoReader(
  name: string,
  modality: ModalityOf<"video">,
  rules: Pick<Rules, "pictureFilter">,
): FeatureReader<Video> {
  const reader = pictureReaders[rules.pictureFilter];
  const size = modality.height * modality.width * modality.channels;
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    isMissing: (value, presence) =>
      isMissingFile(value) || (presence === "optional" && Array.isArray(value) && value.length === 0),
    parse: (value) => {
      const video = typeof value === "string" && value.startsWith("[") ? jsonCell(value, "a list of frames") : value;
      if (Array.isArray(video)) return video.map(fileSource);
      if (typeof video === "string") return video;
      throw new UnreadableValue("it is neither a folder of frames nor a list of them");
    },
    decoding: {
      version: reader.version,
      async *content(video, context) {
        for (const frame of await framesOf(video, modality.frames, context)) yield await frameBytes(frame, context);
      },
    },
    encode: async (video, [pixels, mask], context) => {
      const frames = await framesOf(video, modality.frames, context);
      for (const [at, frame] of frames.entries()) {
        pixels?.set(await framePixels(frame, { modality, reader, context }), at * size);
        if (mask) mask[at] = 1;
      }
    },
  };
}

type References = Pick<ReadingContext, "references">;

async function framesOf(video: Video, most: number, context: References): Promise<readonly FileSource[]> {
  return sampled(typeof video === "string" ? await framesIn(video, context) : video, most);
}

async function framesIn(folder: string, { references }: References): Promise<readonly string[]> {
  const path = await references(folder);
  const names = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UnreadableValue(
      `"${folder}" ${cause.code === "ENOENT" ? "does not exist" : cause.code === "ENOTDIR" ? "is not a folder of frames" : `cannot be read (${cause.code})`}`,
      undefined,
      { cause },
    );
  });
  const frames = names.filter((file) => pictures.test(file)).toSorted(natural.compare);
  if (frames.length === 0) throw new UnreadableValue(`"${folder}" is a folder without frames`);
  return frames.map((file) => join(folder, file));
}

/** The middle frames of `most` segments of equal length; all frames if there are no more than `most`. */
function sampled<Frame>(frames: readonly Frame[], most: number): readonly Frame[] {
  if (frames.length <= most) return frames;
  return Array.from({ length: most }, (_, index) => frames[Math.floor(((index + 0.5) * frames.length) / most)]).filter(
    (frame) => frame !== undefined,
  );
}

function frameBytes(frame: FileSource, context: References): Promise<Uint8Array> {
  return ofFrame(frame, () => bytesOf(frame, context));
}

async function framePixels(
  frame: FileSource,
  {
    modality,
    reader,
    context,
  }: { readonly modality: ModalityOf<"video">; readonly reader: PictureReader; readonly context: References },
): Promise<Uint8Array> {
  const bytes = await frameBytes(frame, context);
  return ofFrame(frame, () => reader.pixelsOf(bytes, modality));
}

/** Names the frame in errors of `read`. */
async function ofFrame(frame: FileSource, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    throw new UnreadableValue(
      typeof frame === "string" && !frame.startsWith("data:")
        ? `frame ${frame}: ${error.message}`
        : `a frame: ${error.message}`,
      undefined,
      { cause: error },
    );
  }
}
