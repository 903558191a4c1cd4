import { readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test, vi } from "vitest";
import type { ResolvedDataset, ResolvedModality, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Semantics } from "../../compiler/semantics.ts";
import type { OpenDataOptions } from "../../runtime/data/load-data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { imageReader } from "../../runtime/data/features/image.ts";
import { referencesFrom } from "../../runtime/data/files/file-references.ts";
import { allTrain, folderWith, picture, sentiment, specification, wholeSplit } from "./fixture.ts";

const red = { r: 255, g: 0, b: 0 };

/** A picture whose left half is red and whose right half is white. */
function halves(width: number, height: number): Sharp {
  const left = { create: { width: width / 2, height, channels: 3, background: red } } as const;
  return sharp({ create: { width, height, channels: 3, background: "white" } }).composite([
    { input: left, left: 0, top: 0 },
  ]);
}

async function read(
  source: string | Uint8Array,
  modality: Extract<ResolvedModality, { kind: "image" }> = picture,
): Promise<number[]> {
  const reader = imageReader("photo", modality, { pictureFilter: "own" });
  const pixels = new Uint8Array(modality.height * modality.width * modality.channels);
  const nothing = (): never => {
    throw new Error("nothing is learnt for a picture");
  };
  await reader.encode(reader.parse(source), [pixels], {
    references: referencesFrom("/"),
    encodingOf: nothing,
    categoriesOf: nothing,
  });
  return [...pixels];
}

function pixel(pixels: readonly number[], channels: number, index: number): readonly number[] {
  return pixels.slice(index * channels, (index + 1) * channels);
}

describe("a picture is read", () => {
  test.each(["png", "jpeg", "webp", "gif", "avif", "tiff"] as const)("from %s", async (format) => {
    const bytes = await halves(24, 16).toFormat(format, { quality: 100 }).toBuffer();
    const pixels = await read(bytes);
    expect(pixels).toHaveLength(4 * 6 * 3);
    const [first, last] = [pixel(pixels, 3, 0), pixel(pixels, 3, 5)];
    // Formats that lose something, and halving the resolution, leave some levels of 255.
    for (const [channel, level] of [255, 0, 0].entries())
      expect(Math.abs((first[channel] ?? -99) - level)).toBeLessThan(16);
    for (const level of last) expect(level).toBeGreaterThan(239);
    expect(await read(bytes)).toEqual(pixels);
  });

  test("from SVG, drawn at the size that is asked for", async () => {
    const modality = { ...picture, height: 64, width: 64, fit: "contain" } as const;
    // One unit wide at its own size: scaled up from there, the edge would be a long blur.
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path fill="#f00" d="M0 0h.5v1H0z"/></svg>',
    );
    const pixels = await read(svg, modality);
    const row = Array.from({ length: 64 }, (_, x) => pixels[x * 3 + 1] ?? -1);
    expect(row.filter((green) => green > 8 && green < 247).length).toBeLessThanOrEqual(4);
    expect(row.slice(0, 30).every((green) => green < 20)).toBe(true);
  });

  test("from a data URI, in base64 or not", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"><rect width="6" height="4" fill="#00f"/></svg>';
    const encoded = await read(`data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`);
    expect(await read(`data:image/svg+xml,${encodeURIComponent(svg)}`)).toEqual(encoded);
    expect(pixel(encoded, 3, 0)).toEqual([0, 0, 255]);
  });

  test("upright, as its EXIF orientation says", async () => {
    const turned = await halves(24, 24).withMetadata({ orientation: 6 }).png().toBuffer();
    const upright = await read(await sharp(turned).autoOrient().png().toBuffer(), { ...picture, height: 6 });
    expect(await read(turned, { ...picture, height: 6 })).toEqual(upright);
    expect(upright).not.toEqual(await read(await halves(24, 24).png().toBuffer(), { ...picture, height: 6 }));
  });
});

describe("channels", () => {
  const seeThrough = sharp({ create: { width: 6, height: 4, channels: 4, background: { ...red, alpha: 0 } } })
    .png()
    .toBuffer();

  test.each([
    [1, "white", [255]],
    [1, "black", [0]],
    [3, "white", [255, 255, 255]],
    [3, "black", [0, 0, 0]],
  ] as const)("%i lie on a %s background", async (channels, background, expected) => {
    expect(pixel(await read(await seeThrough, { ...picture, channels, background }), channels, 0)).toEqual(expected);
  });

  test.each([2, 4] as const)("%i keep opacity", async (channels) => {
    const transparent = await read(await seeThrough, { ...picture, channels });
    expect(transparent.filter((_, index) => index % channels === channels - 1)).toEqual(
      Array.from({ length: 24 }, () => 0),
    );
    const opaque = await read(await halves(24, 16).png().toBuffer(), { ...picture, channels });
    expect(opaque.filter((_, index) => index % channels === channels - 1)).toEqual(
      Array.from({ length: 24 }, () => 255),
    );
  });

  test("1 of a grey picture are its levels", async () => {
    const grey = await sharp({ create: { width: 6, height: 4, channels: 3, background: { r: 90, g: 90, b: 90 } } })
      .greyscale()
      .png()
      .toBuffer();
    expect(new Set(await read(grey, { ...picture, channels: 1 }))).toEqual(new Set([90]));
  });
});

test.each([
  ["contain", [255, 255, 255], [255, 0, 0]],
  ["cover", [255, 0, 0], [255, 0, 0]],
  ["stretch", [255, 0, 0], [255, 0, 0]],
] as const)("fit: %s", async (fit, corner, middle) => {
  const wide = await sharp({ create: { width: 80, height: 20, channels: 3, background: red } })
    .png()
    .toBuffer();
  const pixels = await read(wide, { ...picture, height: 8, width: 8, fit });
  expect(pixel(pixels, 3, 0)).toEqual(corner);
  expect(pixel(pixels, 3, 4 * 8 + 4)).toEqual(middle);
});

describe("in a data set", () => {
  const seen: ResolvedTask = {
    ...sentiment,
    name: "seen",
    target: { kind: "category", column: "label", classes: 2 },
    inputs: [{ modality: "photo", optional: false }],
  };
  const photos: ResolvedDataset = {
    name: "photos",
    path: "data/photos.jsonl",
    columns: { photo: "photo", label: "label" },
    split: allTrain,
    tasks: ["seen"],
    bad_rows: "report",
  };
  const spec = specification({ modalities: { photo: picture }, tasks: { seen }, datasets: { photos } });
  const table = (references: readonly unknown[]): string =>
    references.map((photo, index) => JSON.stringify({ photo, label: index % 2 })).join("\n");

  test("references are relative to the table or to the specification, and one that cannot be read is named", async () => {
    const png = await halves(24, 16).png().toBuffer();
    const outside = await folderWith({ "secret.png": png });
    const references = [
      "near.png",
      "pictures/far.png",
      "gone.png",
      "broken.png",
      "cut.png",
      `../../${outside.split("/").pop()}/secret.png`,
      "link.png",
      7,
      "",
      "https://example.org/a.png",
      "data:image/png",
    ];
    const root = await folderWith({
      "data/near.png": png,
      "pictures/far.png": png,
      "data/broken.png": "no picture",
      "data/cut.png": png.subarray(0, png.length / 2),
      "data/photos.jsonl": table(references),
    });
    await symlink(join(outside, "secret.png"), join(root, "data/link.png"));
    const data = await openData({ specification: spec, root, cache: "none" });
    expect(data.rows("seen", "train")).toBe(2);
    expect(data.problems.map(({ row, reason }) => [row, reason])).toEqual([
      [3, expect.stringContaining("does not exist")],
      [4, expect.stringContaining("not a picture that can be read")],
      [5, expect.stringContaining("not a picture that can be read")],
      [6, expect.stringContaining("leaves the folder")],
      [7, expect.stringContaining("leaves the folder")],
      [8, expect.stringContaining("neither a file reference")],
      [9, expect.stringContaining("no photo")],
      [10, expect.stringContaining("network")],
      [11, expect.stringContaining("without data")],
    ]);
    expect(data.problems.every(({ file, column }) => file === "data/photos.jsonl" && column === "photo")).toBe(true);
  });

  test("the cache gives the same pixels, and follows a changed file", async () => {
    const png = await halves(24, 16).png().toBuffer();
    const root = await folderWith({
      "data/a.png": png,
      "data/b.png": await sharp(png).negate().png().toBuffer(),
      "data/photos.jsonl": table(["a.png", "b.png"]),
    });
    const cache = { folder: join(root, "cache") };
    const pixels = async (): Promise<unknown> =>
      (await wholeSplit(await openData({ specification: spec, root, cache }), "seen", "train")).features.get("photo");
    const first = await pixels();
    expect(await pixels()).toEqual(first);
    await writeFile(join(root, "data/a.png"), await sharp(png).negate().png().toBuffer());
    const changed = await pixels();
    expect(changed).not.toEqual(first);
    expect(await pixels()).toEqual(changed);
  });

  test("the cache keeps apart what models of before and of today make of one picture", async () => {
    const png = await sharp(
      Uint8Array.from({ length: 24 * 16 * 3 }, (_, at) => (at * 37) % 256),
      { raw: { width: 24, height: 16, channels: 3 } },
    )
      .png()
      .toBuffer();
    const root = await folderWith({
      "data/a.png": png,
      "data/b.png": await halves(24, 16).png().toBuffer(),
      "data/photos.jsonl": table(["a.png", "b.png"]),
    });
    const pixels = async (semantics: Semantics, cache: OpenDataOptions["cache"]): Promise<unknown> =>
      (
        await wholeSplit(
          await openData({ specification: { ...spec, semantics }, root, ...(cache ? { cache } : {}) }),
          "seen",
          "train",
        )
      ).features.get("photo");
    const cache = { folder: join(root, "cache") };
    const [before, today] = [await pixels(1, "none"), await pixels(2, "none")];
    expect(today).not.toEqual(before);
    for (const [semantics, expected] of [
      [1, before],
      [2, today],
      [1, before],
    ] as const)
      expect(await pixels(semantics, cache)).toEqual(expected);
  });

  test("the cache is where MTL_CACHE says, and nowhere where it says none", async () => {
    const png = await halves(24, 16).png().toBuffer();
    const root = await folderWith({
      "data/a.png": png,
      "data/b.png": png,
      "data/photos.jsonl": table(["a.png", "b.png"]),
    });
    const entries = async (value: string): Promise<readonly string[]> => {
      vi.stubEnv("MTL_CACHE", value);
      await (await openData({ specification: spec, root })).close();
      vi.unstubAllEnvs();
      return (await readdir(root)).sort();
    };
    expect(await entries("none")).toEqual(["data"]);
    expect(await entries(join(root, "elsewhere"))).toEqual(["data", "elsewhere"]);
    expect(await entries("")).toEqual([".cache", "data", "elsewhere"]);
  });

  test("what memory cannot hold is decoded again when it is asked for", async () => {
    const png = await halves(24, 16).png().toBuffer();
    const root = await folderWith({
      "data/a.png": png,
      "data/b.png": await sharp(png).negate().png().toBuffer(),
      "data/photos.jsonl": table(["a.png", "b.png", "gone.png"]),
    });
    const features = async (memoryBytes: number): Promise<unknown> => {
      const steps: string[] = [];
      const data = await openData({
        specification: spec,
        root,
        cache: "none",
        memoryBytes,
        onProgress: ({ dataset, modality, done, total }) => steps.push(`${dataset} ${modality} ${done}/${total}`),
      });
      expect(steps).toEqual([1, 2, 3].map((done) => `photos photo ${done}/3`));
      expect(data.problems.map(({ row }) => row)).toEqual([3]);
      return (await wholeSplit(data, "seen", "train")).features;
    };
    const all = await features(2 ** 20);
    expect(await features(4 * 6 * 3)).toEqual(all);
    expect(await features(0)).toEqual(all);
  });
});
