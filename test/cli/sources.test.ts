import { parquetWriteBuffer } from "hyparquet-writer";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { folderWith, mtl } from "./run.ts";

const specification = `model moods

modality words: text(max_length: 8, tokenizer: characters(40))

task mood { from: mean(words -> embed(8))  head: linear(2)  target: category("mood", classes: ["bad", "good"]) }

dataset sayings {
  path: "parts/*.parquet"
  split: { train: 60%, validation: 20%, test: 20% }
  tasks: [mood]
}

stage fit { optimizer: adamw(rate: 1e-2)  batch: 16  epochs: 8 }
`;

function parquet(first: number, count: number): Uint8Array {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        {
          name: "words",
          data: numbers.map((number) => `${number % 2 === 0 ? "ooo" : "xxx"}${number}`),
          type: "STRING",
        },
        { name: "mood", data: numbers.map((number) => (number % 2 === 0 ? "good" : "bad")), type: "STRING" },
      ],
    }),
  );
}

test("a model is trained from Parquet files that match a pattern, and eval reports if one of them has changed or is new", async () => {
  const cwd = folderWith({ "moods.mtl": specification });
  mkdirSync(join(cwd, "parts"));
  writeFileSync(join(cwd, "parts/a.parquet"), parquet(0, 60));
  writeFileSync(join(cwd, "parts/b.parquet"), parquet(60, 60));
  const trained = await mtl(["train", "moods.mtl"], { cwd });
  expect([trained.code, /mood +accuracy +\S+ +(\S+)/.exec(trained.stdout)?.[1]]).toEqual([0, "1.0000"]);
  const evaluated = async () => (await mtl(["eval", "runs/moods-0001"], { cwd })).stderr;
  expect(await evaluated()).not.toContain("has changed");
  writeFileSync(join(cwd, "parts/b.parquet"), parquet(60, 61));
  expect(await evaluated()).toContain("The data has changed since the run began: parts/b.parquet.");
  writeFileSync(join(cwd, "parts/c.parquet"), parquet(200, 4));
  expect(await evaluated()).toContain("parts/b.parquet, parts/c.parquet");
});

const pictures = `model shades

modality photo: image(4, 4, 1)

task shade { from: mean(photo -> patches(2) -> linear(8))  head: linear(2)  target: category("class", classes: 2) }

dataset photos { path: "photos"  columns: { photo: "file" }  tasks: [shade] }

stage fit { optimizer: adamw(rate: 1e-2)  batch: 8  steps: 2 }
`;

test("a model is trained from a folder of classes, and eval reports if a picture has changed", async () => {
  const cwd = folderWith({ "shades.mtl": pictures });
  const draw = async (path: string, shade: number) =>
    writeFileSync(
      join(cwd, path),
      await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: shade, g: shade, b: shade } } })
        .png()
        .toBuffer(),
    );
  for (const [name, base] of [
    ["dark", 0],
    ["light", 200],
  ] as const) {
    mkdirSync(join(cwd, "photos", name), { recursive: true });
    for (let index = 0; index < 16; index++) await draw(`photos/${name}/${index}.png`, base + index);
  }
  expect((await mtl(["train", "shades.mtl"], { cwd })).code).toBe(0);
  expect(readdirSync(join(cwd, ".cache/mtl"))).toEqual([expect.stringMatching(/^image-[0-9a-f]{12}$/)]);
  const evaluated = async () => (await mtl(["eval", "runs/shades-0001"], { cwd })).stderr;
  expect(await evaluated()).not.toContain("has changed");
  await draw("photos/dark/3.png", 150);
  expect(await evaluated()).toContain("The data has changed since the run began: files that photos.photo names.");
  const resumed = await mtl(["train", "--resume", "runs/shades-0001"], { cwd });
  expect([resumed.code, resumed.stderr]).toEqual([4, expect.stringContaining("files that photos.photo names")]);
  await draw("photos/dark/new.png", 150);
  expect(await evaluated()).toContain("has changed since the run began: photos, files that photos.photo names.");
});
