import { crc32, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { imageReader } from "../../runtime/data/features/image.ts";

const strip = { kind: "image", height: 1, width: 4, channels: 1, fit: "stretch", background: "white" } as const;
/** Black, a quarter, a half, white: of 16 bits. */
const levels16 = [0, 16384, 32768, 65535];

async function read(bytes: Uint8Array, channels = 1): Promise<readonly number[]> {
  const pixels = new Uint8Array(4 * channels);
  const nothing = (): never => {
    throw new Error("nothing is learnt for a picture");
  };
  await imageReader("photo", { ...strip, channels }, { pictureFilter: "own" }).encode(bytes, [pixels], {
    references: nothing,
    encodingOf: nothing,
    categoriesOf: nothing,
  });
  return [...pixels];
}

/** A row of samples of 16 bits, grey or in colour. */
function png(samples: readonly number[], channels: 1 | 3): Uint8Array {
  const chunk = (name: string, data: Uint8Array): Uint8Array => {
    const [length, sum, body] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(name, "latin1"), data])];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(samples.length / channels, 0);
  header.writeUInt32BE(1, 4);
  header[8] = 16;
  header[9] = channels === 1 ? 0 : 2;
  const line = Buffer.alloc(1 + 2 * samples.length);
  for (const [at, sample] of samples.entries()) line.writeUInt16BE(sample, 1 + 2 * at);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(line)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const unsigned = 1;
const signed = 2;
const float = 3;

/** A row of grey samples, not packed, of one of the formats of tag 339. */
function tiff(
  format: typeof unsigned | typeof signed | typeof float,
  samples: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array,
): Uint8Array {
  const data = Buffer.from(samples.buffer);
  const tags = [
    [256, samples.length],
    [257, 1],
    [258, 8 * samples.BYTES_PER_ELEMENT],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, 1],
    [279, data.length],
    [339, format],
  ] as const;
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [at, [tag, value]] of tags.entries()) {
    directory.writeUInt16LE(tag, 2 + 12 * at);
    directory.writeUInt16LE(3, 4 + 12 * at);
    directory.writeUInt32LE(1, 6 + 12 * at);
    directory.writeUInt16LE(value, 10 + 12 * at);
  }
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([head, data, directory]);
}

describe("samples of 16 bits", () => {
  test("become levels of 8 bits: PNG and TIFF, grey and in colour", async () => {
    const levels = [0, 64, 128, 255];
    expect(await read(png(levels16, 1))).toEqual(levels);
    expect(await read(tiff(unsigned, Uint16Array.from(levels16)))).toEqual(levels);
    expect(
      await read(
        png(
          levels16.flatMap((level) => [level, level, level]),
          3,
        ),
      ),
    ).toEqual(levels);
    expect(
      await read(
        png(
          levels16.flatMap((level) => [level, 0, 65535]),
          3,
        ),
        3,
      ),
    ).toEqual(levels.flatMap((level) => [level, 0, 255]));
  });
});

describe("samples whose black and white nobody knows are refused", () => {
  test.each<[string, Uint8Array]>([
    ["float", tiff(float, Float32Array.of(0, 0.25, 0.5, 1))],
    ["uint", tiff(unsigned, Uint32Array.of(0, 2 ** 30, 2 ** 31, 2 ** 32 - 1))],
    ["int", tiff(signed, Int32Array.of(0, 1, 2, 3))],
    ["short", tiff(signed, Int16Array.of(0, 1, 2, 3))],
    ["char", tiff(signed, Int8Array.of(0, 1, 2, 3))],
  ])("%s", async (type, bytes) => {
    await expect(read(bytes)).rejects.toThrow(`its samples are numbers of type ${type}, whose range is unknown`);
  });
});
