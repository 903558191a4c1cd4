import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openData } from "../../runtime/data/open-data.ts";
import { type FileAccess, nodeFiles } from "../../runtime/data/tables/file-access.ts";
import { readTable } from "../../runtime/data/tables/read-table.ts";
import { allTrain, folderWith, picture, reviews, sentiment, specification, wholeSplit } from "../data/fixture.ts";
import { tar } from "./tar.ts";

async function rowsOf(archive: Uint8Array, name = "a.tar", access: FileAccess = nodeFiles) {
  const table = await readTable({ path: `${await folderWith({ [name]: archive })}/${name}`, name, access });
  return { rows: table.rows.map(({ values }) => values), columns: table.columns, problems: table.problems };
}

test("members with one key are a row, and the end of a name is its column", async () => {
  const archive = tar([
    ["__meta__/about.txt", "nothing"],
    ["birds/0001.JPG", Uint8Array.of(1, 2, 3)],
    ["birds/0001.cls", "7\n"],
    ["birds/0001.seg.png", Uint8Array.of(4)],
    ["birds", "", "5"],
    ["birds/0002.json", '{"wing": 3}'],
    ["birds/0002.cls", "8"],
    ["fish/0002.txt", "ä fish"],
    ["README", "no column"],
  ]);
  const expected = {
    rows: [
      { __key__: "birds/0001", jpg: Uint8Array.of(1, 2, 3), cls: "7", "seg.png": Uint8Array.of(4) },
      { __key__: "birds/0002", json: { wing: 3 }, cls: "8" },
      { __key__: "fish/0002", txt: "ä fish" },
    ],
    columns: ["__key__", "jpg", "cls", "seg.png", "json", "txt"],
    problems: [],
  };
  expect(await rowsOf(archive)).toEqual(expected);
  expect(await rowsOf(gzipSync(archive), "a.tar.gz")).toEqual(expected);
});

test("long names are read as pax and GNU tar write them", async () => {
  const name = `${"folder/".repeat(30)}a.txt`;
  const record = ` path=${name}\n`;
  const pax = `${record.length + 3}${record}`;
  expect(pax.length).toBe(Number(pax.slice(0, 3)));
  for (const [content, type] of [
    [pax, "x"],
    [`${name}\0`, "L"],
  ] as const) {
    const { rows } = await rowsOf(
      tar([
        ["@long", content, type],
        [name.slice(0, 99), "text"],
      ]),
    );
    expect(rows).toEqual([{ __key__: name.slice(0, -4), txt: "text" }]);
  }
});

test("a member that cannot be read is a bad row, and an archive that is cut or no archive ends the reading", async () => {
  const archive = tar([
    ["a.json", "{"],
    ["b.txt", Uint8Array.of(0xff)],
    ["c.txt", "whole"],
  ]);
  const { rows, problems } = await rowsOf(archive);
  expect(rows).toEqual([{ __key__: "c", txt: "whole" }]);
  expect(problems.map(({ row, reason }) => [row, reason])).toEqual([
    [1, "it is not JSON"],
    [2, "it is not UTF-8 text"],
  ]);
  await expect(rowsOf(archive.subarray(0, 700))).rejects.toThrow("a.tar cannot be read as a tar archive: it ends");
  await expect(rowsOf(Buffer.alloc(2048, "x"))).rejects.toThrow("another checksum");
});

test("pictures of shards have the features that their files would have, in memory or not", async () => {
  const colours = ["red", "lime", "blue", "white"];
  const pictures = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: 9, height: 5, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const shard = (indices: readonly number[]) =>
    tar(
      indices.flatMap((index) => [
        [`${index}.png`, pictures[index] ?? ""],
        [`${index}.cls`, index % 2 === 0 ? "even" : "odd"],
      ]),
    );
  const root = await folderWith({
    "shards/0.tar": shard([0, 1]),
    "shards/1.tar": shard([2, 3]),
    "rows.csv": `photo,label\n${colours.map((_, index) => `${index}.png,${index % 2 === 0 ? "even" : "odd"}`).join("\n")}`,
    ...Object.fromEntries(pictures.map((bytes, index) => [`${index}.png`, bytes])),
  });
  const batchOf = async (dataset: Partial<typeof reviews> & { readonly memory?: number }) => {
    const data = await openData({
      specification: specification({
        modalities: { photo: picture },
        tasks: { sentiment: { ...sentiment, inputs: [{ modality: "photo", optional: false }] } },
        datasets: { reviews: { ...reviews, split: allTrain, ...dataset } },
      }),
      root,
      cache: "none",
    });
    const { features } = await wholeSplit(data, "sentiment", "train");
    await data.close();
    return features;
  };
  const columns = { photo: "png", label: "cls" };
  const files = await batchOf({ path: "rows.csv", columns: { photo: "photo", label: "label" } });
  expect(await batchOf({ path: "shards/*.tar", columns })).toEqual(files);
  expect(await batchOf({ path: "shards/*.tar", columns, memory: 1e6 })).toEqual(files);
});
