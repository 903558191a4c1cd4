import { unzlibSync } from "fflate";
import { Buffer } from "./bytes.ts";
import { crc32 } from "./streams.ts";

/** A PNG whose samples are unpacked, one number for each. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  /** Samples of a pixel: 1 also if they are indices into a palette. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly samples: Uint8Array | Uint16Array;
  /** Red, green and blue of each colour, if the picture has a palette. */
  readonly palette: Uint8Array | undefined;
  /** The chunk `tRNS`: the opacity of the first colours of the palette, or the colour that is transparent, 16 bits for each sample. */
  readonly transparency: Uint8Array | undefined;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly isInterlaced: boolean;
}

/** Pixels that are stored together: every `stepX`th one from `x` on, of every `stepY`th line from `y` on. */
type Pass = readonly [x: number, y: number, stepX: number, stepY: number];

const whole: readonly Pass[] = [[0, 0, 1, 1]];
/** The seven passes of an interlaced picture (PNG, 8.2). */
const adam7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Samples of a pixel by the type of colour: grey, colours, palette, grey with opacity, colours with opacity. */
const channelsOf: { readonly [type: number]: Header["channels"] } = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Reads a PNG (the specification's third edition). An animation gives its still picture. Throws an `Error` if it is damaged. */
export function readPng(bytes: Uint8Array): PngImage {
  const chunks = chunksOf(bytes);
  const header = headerOf(chunks.get("IHDR")?.[0]);
  const { width, height, depth, channels } = header;
  const samples = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * channels);
  const passes = (header.isInterlaced ? adam7 : whole).map((pass) => ({ pass, ...sizeOf(header, pass) }));
  const stored = inflated(
    chunks.get("IDAT") ?? [],
    passes.reduce((sum, { lines, lineBytes }) => sum + lines * (1 + lineBytes), 0),
  );
  let at = 0;
  for (const { pass, columns, lines, lineBytes } of passes) {
    let before: Uint8Array = new Uint8Array(lineBytes);
    for (let line = 0; line < lines; line++) {
      const bytesOfLine = stored.subarray(at + 1, at + 1 + lineBytes);
      unfilter(stored[at] ?? 0, bytesOfLine, before, Math.max(1, (channels * depth) >> 3));
      place(bytesOfLine, { pass, columns, line }, header, samples);
      before = bytesOfLine;
      at += 1 + lineBytes;
    }
  }
  const [palette, transparency] = [chunks.get("PLTE")?.[0], chunks.get("tRNS")?.[0]];
  return { width, height, depth, channels, samples, transparency, palette: isIndexed(bytes) ? palette : undefined };
}

/** The type of colour 3, in the header. A palette of another type is a suggestion. */
const isIndexed = (bytes: Uint8Array): boolean => bytes[25] === 3;

/** The contents of the chunks by their names, in their order. */
function chunksOf(bytes: Uint8Array): ReadonlyMap<string, readonly Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, Uint8Array[]>();
  for (let at = 8; !found.has("IEND");) {
    if (at + 12 > bytes.length) throw new Error("the PNG ends too soon");
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) throw new Error("the PNG ends too soon");
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) throw new Error(`its chunk ${name} is damaged`);
    const same = found.get(name);
    if (same) same.push(bytes.subarray(at + 8, end));
    else found.set(name, [bytes.subarray(at + 8, end)]);
    at = end + 4;
  }
  return found;
}

function headerOf(chunk: Uint8Array | undefined): Header {
  if (chunk?.length !== 13) throw new Error("the PNG has no header");
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const [depth, type, interlacing] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  const channels = channelsOf[type];
  const depths = type === 3 ? [1, 2, 4, 8] : type === 0 ? [1, 2, 4, 8, 16] : [8, 16];
  if (!channels || !depths.includes(depth)) throw new Error(`a PNG has no colours of type ${type} with ${depth} bits`);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    channels,
    isInterlaced: interlacing === 1,
  };
}

function sizeOf({ width, height, channels, depth }: Header, [x, y, stepX, stepY]: Pass) {
  const columns = Math.ceil((width - x) / stepX);
  // A pass without columns has no lines either.
  const lines = columns > 0 ? Math.max(0, Math.ceil((height - y) / stepY)) : 0;
  return { columns, lines, lineBytes: Math.ceil((columns * channels * depth) / 8) };
}

/** The length is known, so that nothing is allocated but the result: most pictures of a data set are small, and many. */
function inflated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = unzlibSync(Buffer.concat(parts), { out: new Uint8Array(length) });
  if (bytes.length < length) throw new Error("the PNG has fewer pixels than its header says");
  return bytes;
}

/** Undoes the filter of a line (PNG, 9.2). `step` is the number of bytes from a pixel to the next one. */
function unfilter(filter: number, line: Uint8Array, before: Uint8Array, step: number): void {
  if (filter === 0) return;
  const predict = predictors[filter];
  if (!predict) throw new Error(`a PNG has no filter ${filter}`);
  for (let at = 0; at < line.length; at++) {
    const [left, up, corner] = [line[at - step] ?? 0, before[at] ?? 0, before[at - step] ?? 0];
    line[at] = (line[at] ?? 0) + predict(left, up, corner);
  }
}

const predictors: { readonly [filter: number]: (left: number, up: number, corner: number) => number } = {
  1: (left) => left,
  2: (_left, up) => up,
  3: (left, up) => (left + up) >> 1,
  4(left, up, corner) {
    const [byLeft, byUp, byCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
    if (byLeft <= byUp && byLeft <= byCorner) return left;
    return byUp <= byCorner ? up : corner;
  },
};

interface Line {
  readonly pass: Pass;
  readonly columns: number;
  readonly line: number;
}

/** Puts the samples of a line where they belong in the picture. */
function place(
  bytes: Uint8Array,
  { pass: [x, y, stepX, stepY], columns, line }: Line,
  { width, channels, depth }: Header,
  samples: Uint8Array | Uint16Array,
): void {
  const row = (y + line * stepY) * width;
  if (depth === 8 && stepX === 1) return samples.set(bytes, row * channels);
  for (let column = 0; column < columns; column++) {
    const to = (row + x + column * stepX) * channels;
    for (let channel = 0; channel < channels; channel++)
      samples[to + channel] = sampleAt(bytes, column * channels + channel, depth);
  }
}

function sampleAt(bytes: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return bytes[index] ?? 0;
  if (depth === 16) return ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0);
  const bit = index * depth;
  return ((bytes[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}
