/** The facts that the first bytes of a picture tell; sizes are there for the formats that we read ourselves. */
export interface PictureHeader {
  readonly format: "png" | "jpeg" | "gif" | "webp" | "heif" | "svg" | "unknown";
  readonly width?: number;
  readonly height?: number;
  readonly depth?: "uchar" | "ushort";
  readonly orientation?: number | undefined;
  /** The offset of the orientation's two bytes, and their order. */
  readonly orientationAt?: { readonly offset: number; readonly little: boolean } | undefined;
}

interface Orientation {
  readonly orientation: number;
  readonly orientationAt: { readonly offset: number; readonly little: boolean };
}

export function pictureHeader(bytes: Uint8Array): PictureHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (text: string, at = 0): boolean =>
    Array.from(text).every((character, index) => bytes[at + index] === character.charCodeAt(0));
  if (starts("\x89PNG\r\n\x1a\n")) return pngHeader(view);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHeader(view);
  if (starts("GIF8")) return { format: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (starts("RIFF") && starts("WEBP", 8)) return { format: "webp" };
  if (starts("ftypavif", 4) || starts("ftypavis", 4)) return { format: "heif" };
  if (/<(?:[\w.-]+:)?svg/i.test(new TextDecoder("latin1").decode(bytes.subarray(0, 4096)))) return { format: "svg" };
  return { format: "unknown" };
}

/** The chunk `IHDR`, and the orientation in the chunk `eXIf` if there is one before the pixels. */
function pngHeader(view: DataView): PictureHeader {
  if (view.byteLength < 33) throw new Error("the PNG ends within its header");
  let orientation: Orientation | undefined;
  for (let at = 33; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at);
    const kind = view.getUint32(at + 4);
    if (kind === 0x49444154) break;
    if (kind === 0x65584966) orientation = exifOrientation(view, at + 8, at + 8 + length);
    at += 12 + length;
  }
  return {
    format: "png",
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth: view.getUint8(24) === 16 ? "ushort" : "uchar",
    ...orientation,
  };
}

/** The frame header (ITU T.81, B.2.2), and the orientation in the segment APP1 before it. */
function jpegHeader(view: DataView): PictureHeader {
  let orientation: Orientation | undefined;
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) break;
    const marker = view.getUint8(at + 1);
    // Fill bytes, and markers without content.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return {
        format: "jpeg",
        width: view.getUint16(at + 7),
        height: view.getUint16(at + 5),
        depth: "uchar",
        ...orientation,
      };
    const length = view.getUint16(at + 2);
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966)
      orientation = exifOrientation(view, at + 10, at + 2 + length);
    at += 2 + length;
  }
  throw new Error("the JPEG has no frame");
}

/** The tag 0x0112 of the first directory of EXIF data, which are a TIFF file; `undefined` if there is none from 1 to 8. */
function exifOrientation(view: DataView, start: number, end: number): Orientation | undefined {
  const last = Math.min(end, view.byteLength);
  if (start + 8 > last) return undefined;
  const little = view.getUint16(start) === 0x4949;
  const directory = start + view.getUint32(start + 4, little);
  if (directory + 2 > last) return undefined;
  const count = view.getUint16(directory, little);
  for (let entry = directory + 2; entry < directory + 2 + 12 * count && entry + 12 <= last; entry += 12) {
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? { orientation: value, orientationAt: { offset: entry + 8, little } } : undefined;
  }
  return undefined;
}
