import { type PictureFacts, readPictureFacts } from "../../host/pictures.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { checkDrawing } from "./drawing-limits.ts";

/** What a picture's file says of it, once it is sure that it may be decoded. Throws `UnreadableValue` where it is too large, or its samples are not those of a picture. */
export async function pictureFacts(bytes: Uint8Array): Promise<PictureFacts> {
  await checkDrawing(bytes);
  const facts = await readPictureFacts(bytes);
  // A drawing has no pixels until it is asked for some.
  if (facts.format !== "svg" && facts.width * facts.height > limitOf("pixels"))
    throw new UnreadableValue(`it has ${facts.width} × ${facts.height} pixels, ${beyondLimit("pixels", "pixels")}`);
  // The library takes samples of other types as they are, and would make black and white of their numbers.
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

/** Decodes pictures side by side, as long as they have no more pixels together than one may have. */
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
