import { type PictureFacts, readPictureFacts } from "../../host/pictures.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { checkDrawing } from "./drawing-limits.ts";

/**
 * The header of a picture's file. Throws `UnreadableValue` if the picture is too large to be decoded, or if its samples
 * have an unsupported type.
 */
export async function pictureFacts(bytes: Uint8Array): Promise<PictureFacts> {
  await checkDrawing(bytes);
  const facts = await readPictureFacts(bytes);
  // A drawing has no pixels until it is rendered at a size.
  if (facts.format !== "svg" && facts.width * facts.height > limitOf("pixels"))
    throw new UnreadableValue(`it has ${facts.width} × ${facts.height} pixels, ${beyondLimit("pixels", "pixels")}`);
  // The library would take samples of other types as they are, and turn them into black and white.
  if (!depths.includes(facts.depth))
    throw new UnreadableValue(
      `its samples are numbers of type ${facts.depth}, whose range is unknown; pictures have unsigned samples of 8 or 16 bits, and other numbers are for \`tensor\``,
    );
  return facts;
}

const depths: readonly string[] = ["uchar", "ushort"];

interface Waiting {
  readonly pixels: number;
  readonly begin: () => void;
}

let decoding = 0;
const waiting: Waiting[] = [];

/** Decodes pictures in parallel, as long as together they have no more pixels than one picture may have. */
export async function withinPixels<Result>(pixels: number, decode: () => Promise<Result>): Promise<Result> {
  await new Promise<void>((begin) => {
    waiting.push({ pixels, begin });
    beginWaiting();
  });
  try {
    return await decode();
  } finally {
    decoding -= pixels;
    beginWaiting();
  }
}

function beginWaiting(): void {
  for (
    let next = waiting[0];
    next !== undefined && (decoding === 0 || decoding + next.pixels <= limitOf("pixels"));
    next = waiting[0]
  ) {
    waiting.shift();
    decoding += next.pixels;
    next.begin();
  }
}
