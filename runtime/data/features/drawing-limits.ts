import { Buffer } from "../../host/bytes.ts";
import { readPictureFacts } from "../../host/pictures.ts";
import { gunzipSync } from "../../host/streams.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** The depth to which drawings may contain drawings. */
const mostNested = 3;

/**
 * Checks the pictures inside an SVG before it is rendered, since the rendering library decodes them at any size. Throws
 * `UnreadableValue` if together they have more pixels than a picture may have, or if their sizes cannot be determined.
 */
export async function checkDrawing(bytes: Uint8Array): Promise<void> {
  const text = drawingText(bytes);
  if (text === undefined) return;
  const pixels = await pixelsInside(text, 0);
  if (pixels > limitOf("pixels"))
    throw new UnreadableValue(`the pictures inside it have ${pixels} pixels, ${beyondLimit("pixels", "pixels")}`);
}

/** The text of an SVG, which may be gzipped; `undefined` for other pictures. */
function drawingText(bytes: Uint8Array): string | undefined {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    const whole = isPacked
      ? gunzipSync(bytes, { maxOutputLength: limitOf("pixels") })
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return /<(?:[\w.-]+:)?svg/i.test(whole.toString("latin1", 0, 4096)) ? whole.toString("utf8") : undefined;
  } catch (cause) {
    throw new UnreadableValue("it is not a drawing that can be unpacked", undefined, { cause });
  }
}

async function pixelsInside(text: string, nested: number): Promise<number> {
  const plain = withCharacters(text);
  // An entity can stand for part of the markup that is searched here.
  if (/<!ENTITY/i.test(text) && /<!ENTITY[^>]*(?:<|data:)|<(?:[\w.-]+:)?(?:image|feImage)\b/i.test(plain))
    throw new UnreadableValue("it is a drawing with pictures or markup in entities, which are not supported");
  let pixels = 0;
  for (const [uri] of plain.matchAll(/data:[^"'\s<>)]*/gi)) pixels += await pixelsOf(uri, nested);
  return pixels;
}

async function pixelsOf(uri: string, nested: number): Promise<number> {
  const comma = uri.indexOf(",");
  if (!/^data:image\//i.test(uri) || comma < 0) return 0;
  const bytes = /;base64$/i.test(uri.slice(0, comma))
    ? Buffer.from(uri.slice(comma + 1), "base64")
    : Buffer.from(unescapedUri(uri.slice(comma + 1)));
  const text = drawingText(bytes);
  if (text !== undefined && nested === mostNested)
    throw new UnreadableValue("it is a drawing inside drawings inside drawings");
  const inside = text === undefined ? 0 : await pixelsInside(text, nested + 1);
  const facts = await readPictureFacts(bytes).catch((cause: unknown) => {
    throw new UnreadableValue("a picture inside it cannot be read", undefined, { cause });
  });
  return inside + facts.width * facts.height;
}

function unescapedUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Replaces numeric character references by their characters. */
function withCharacters(text: string): string {
  return text.replaceAll(/&#(x[0-9a-f]+|[0-9]+);/gi, (whole, code: string) => {
    const point = /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 10);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
