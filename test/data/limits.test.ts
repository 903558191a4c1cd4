import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterEach, describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { limits } from "../../runtime/data/limits.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { readTable } from "../../runtime/data/tables/read-table.ts";
import { allTrain, folderWith, picture, reviews, sentiment, specification } from "./fixture.ts";

afterEach(() => {
  for (const { variable } of Object.values(limits)) delete process.env[variable];
});

function limit(kind: keyof typeof limits, most: number): void {
  process.env[limits[kind].variable] = String(most);
}

describe("a picture", () => {
  const animal: ResolvedTask = {
    ...sentiment,
    name: "animal",
    target: { kind: "category", column: "class", classes: 2 },
    inputs: [{ modality: "photo", optional: false }],
  };
  const photos: ResolvedDataset = {
    ...reviews,
    name: "photos",
    path: "photos.jsonl",
    columns: { photo: "photo" },
    split: allTrain,
    tasks: ["animal"],
  };

  /** The reason why a picture between two good ones is a bad row. */
  async function reasonOf(photo: string): Promise<string | undefined> {
    const good = uri(await png(2, 2), "png");
    const rows = [good, photo, good].map((each, index) => JSON.stringify({ photo: each, class: String(index % 2) }));
    const data = await openData({
      specification: specification({ modalities: { photo: picture }, tasks: { animal }, datasets: { photos } }),
      root: await folderWith({ "photos.jsonl": rows.join("\n") }),
      cache: "none",
    });
    const [problem] = data.problems;
    return problem && `${problem.file}:${problem.row}:${problem.column}: ${problem.reason}`;
  }

  const png = (width: number, height: number): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background: "red" } })
      .png()
      .toBuffer();
  const uri = (bytes: Uint8Array, kind: string): string =>
    `data:image/${kind};base64,${Buffer.from(bytes).toString("base64")}`;
  const drawing = (inside: string, before = ""): string =>
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="8" height="8">${inside}</svg>`;

  test("of a few bytes that stand for gigabytes is refused before it is decoded, with its place and the way out", async () => {
    // The header of a GIF of 60,000 × 60,000.
    const gif = Buffer.concat([
      Buffer.from("GIF89a"),
      Buffer.from([
        0x60, 0xea, 0x60, 0xea, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0, 0x60, 0xea, 0x60, 0xea, 0, 2, 2,
        0x44, 1, 0, 0x3b,
      ]),
    ]);
    expect(await reasonOf(uri(gif, "gif"))).toBe(
      "photos.jsonl:2:photo: it has 60000 × 60000 pixels, more than 67108864 pixels; the environment variable MTL_MOST_PIXELS allows more",
    );
  });

  test("of as many pixels as the limit is read, and of one more is not", async () => {
    limit("pixels", 400);
    expect(await reasonOf(uri(await png(20, 20), "png"))).toBeUndefined();
    expect(await reasonOf(uri(await png(20, 21), "png"))).toContain("20 × 21 pixels");
  });

  test("inside a drawing counts as the picture that it is, however it is written", async () => {
    limit("pixels", 400);
    const small = uri(await png(20, 20), "png");
    const large = uri(await png(30, 30), "png");
    const image = (source: string): string => `<image width="8" height="8" href="${source}"/>`;
    expect(await reasonOf(uri(Buffer.from(drawing(image(small))), "svg+xml"))).toBeUndefined();
    const hidden = {
      plain: drawing(image(large)),
      prefixed: drawing(`<g><image x:href='${large}'/></g>`),
      twice: drawing(image(small) + image(small)),
      "by character references": drawing(image(large.replace("data", "&#100;at&#x61;"))),
      "in a drawing inside": drawing(image(uri(Buffer.from(drawing(image(large))), "svg+xml"))),
    };
    for (const [way, svg] of Object.entries(hidden))
      expect(await reasonOf(uri(Buffer.from(svg), "svg+xml")), way).toMatch(
        /the pictures inside it have \d+ pixels, more than 400/,
      );
    expect(await reasonOf(uri(gzipSync(drawing(image(large))), "svg+xml")), "packed").toContain(
      "the pictures inside it",
    );
    const entity = drawing("&i;", `<!DOCTYPE svg [<!ENTITY i "&#60;image href='${large}'/>">]>`);
    expect(await reasonOf(uri(Buffer.from(entity), "svg+xml")), "in an entity").toContain("in entities");
  });
});

describe("JSON", () => {
  const deep = (levels: number): string => `${"[".repeat(levels)}1${"]".repeat(levels)}`;

  test.each(["rows.jsonl", "rows.json"])("that is nested without end is a bad row of %s", async (name) => {
    const rows = [`{"a": 1}`, `{"a": ${deep(20_000)}}`, `{"a": ${deep(99)}}`];
    const root = await folderWith({ [name]: name.endsWith("l") ? rows.join("\n") : `[${rows.join(",")}]` });
    const { rows: read, problems } = await readTable({ path: `${root}/${name}`, name });
    expect(read.map(({ row }) => row)).toEqual([1, 3]);
    expect(problems).toEqual([
      {
        file: name,
        row: 2,
        reason:
          "its lists or objects are nested on more than 100 levels; the environment variable MTL_MOST_DEPTH allows more",
      },
    ]);
  });

  test("in a cell of CSV is no other", async () => {
    const modalities = { words: { kind: "tensor", shape: [2] } } as const;
    const table = `words,label\n"[1,2]",yes\n"${deep(20_000)}",no\n"[3,4]",no\n`;
    const data = await openData({
      specification: specification({ modalities, datasets: { reviews: { ...reviews, split: allTrain } } }),
      root: await folderWith({ "reviews.csv": table }),
      cache: "none",
    });
    expect(data.problems.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      expect.stringContaining("3: its lists or objects are nested on"),
    ]);
  });

  test("of one line without end is refused where it begins", async () => {
    limit("line", 1000);
    const root = await folderWith({ "rows.jsonl": `{"a": 1}\n{"a": "${"x".repeat(200_000)}` });
    await expect(readTable({ path: `${root}/rows.jsonl`, name: "rows.jsonl" })).rejects.toThrow(
      "rows.jsonl:2: the line has more than 1000 characters; the environment variable MTL_MOST_LINE allows more",
    );
  });
});

test("a row of CSV whose quoted cell is never closed is refused before it fills the memory", async () => {
  limit("line", 1000);
  const root = await folderWith({ "rows.csv": `a,b\n1,2\n3,"${"x\n".repeat(2000)}` });
  await expect(readTable({ path: `${root}/rows.csv`, name: "rows.csv" })).rejects.toMatchObject({
    message: expect.stringMatching(/^rows\.csv:\d+: a row has more than 1000 characters/),
  });
});

test("a limit that is no number is refused", async () => {
  process.env["MTL_MOST_LINE"] = "much";
  const root = await folderWith({ "rows.jsonl": "{}" });
  await expect(readTable({ path: `${root}/rows.jsonl`, name: "rows.jsonl" })).rejects.toMatchObject({
    kind: "usage",
    message: 'MTL_MOST_LINE is "much", which is not a number of at least 1.',
  });
});
