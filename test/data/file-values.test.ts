import { expect, test } from "vitest";
import type { ResolvedDataset, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { complaints } from "../elaborate/harness.ts";
import { allTrain, folderWith, reviews, sentiment, specification, text, wholeSplit } from "./fixture.ts";

const inFolder: ResolvedDataset = {
  ...reviews,
  path: "reviews",
  columns: { words: "file", label: "class" },
  split: allTrain,
};
const inTable: ResolvedDataset = {
  ...reviews,
  path: "table.csv",
  columns: { words: [{ kind: "file", column: "path" }], label: "label" },
  split: allTrain,
};

async function open(
  dataset: ResolvedDataset,
  files: { readonly [path: string]: string | Uint8Array },
  changes: Partial<ResolvedSpecification> = {},
) {
  const root = await folderWith(files);
  const data = await openData({
    specification: { ...specification({ datasets: { reviews: dataset }, ...changes }), ...changes },
    root,
    cache: "none",
  });
  const texts = await Promise.all(
    Array.from(
      { length: data.rows("sentiment", "train") },
      async (_, row) => (await data.source({ task: "sentiment", split: "train", row })).inputs[0]?.texts[0],
    ),
  );
  return { data, texts };
}

test("a text of a class folder is what stands in the file: without byte-order mark and the end of its last line", async () => {
  const { data, texts } = await open(inFolder, {
    "reviews/bad/1.txt": "dull\n",
    "reviews/bad/2.txt": "\uFEFFdull",
    "reviews/good/3.txt": "fine\r\n",
    "reviews/good/4.txt": "so\nfine\n\n",
  });
  expect(texts).toEqual(["dull", "dull", "fine", "so\nfine\n"]);
  const { features } = await wholeSplit(data, "sentiment", "train");
  const ids = [...(features.get("words.ids") ?? [])];
  expect(ids.slice(0, 16)).toEqual(ids.slice(16, 32));
  expect(Object.keys(data.contents)).toEqual(["reviews.words"]);
});

test("what was trained on names of files goes on to read them", async () => {
  const { texts, data } = await open(
    inFolder,
    { "reviews/bad/1.txt": "dull", "reviews/good/3.txt": "fine" },
    { semantics: 1 },
  );
  expect(texts).toEqual(["bad/1.txt", "good/3.txt"]);
  expect(data.contents).toEqual({});
});

test("a table's column is text, unless it is declared to name files", async () => {
  const files = { "table.csv": "path,label\na.txt,bad\nsub/b.txt,good\n", "a.txt": "dull", "sub/b.txt": "fine" };
  const asText = await open({ ...inTable, columns: { words: "path", label: "label" } }, files);
  expect([asText.texts, asText.data.notes]).toEqual([
    ["a.txt", "sub/b.txt"],
    [expect.stringContaining('write columns: { words: file("path") }')],
  ]);
  const asFiles = await open(inTable, files);
  expect([asFiles.texts, asFiles.data.notes]).toEqual([["dull", "fine"], []]);
});

test("segments may be in files and in cells, and what cannot be read is a bad row with its place", async () => {
  const columns = { words: ["title", { kind: "file" as const, column: "path" }], label: "label" };
  const files = {
    "table.csv": "title,path,label\nA,a.txt,bad\nB,none.txt,good\nC,latin.txt,good\nD,,good\nE,a.txt,good\n",
    "a.txt": "dull",
    "latin.txt": Buffer.from("caf\xe9", "latin1"),
  };
  const { texts, data } = await open({ ...inTable, columns }, files, {
    modalities: { words: { ...text, segments: 2 } },
  });
  expect(texts).toEqual(["A / dull", "E / dull"]);
  expect(data.problems.map(({ row, reason }) => [row, reason])).toEqual([
    [3, '"none.txt" does not exist'],
    [4, "its file is not UTF-8 text"],
    [5, "it has no words"],
  ]);
});

test("numbers of a class folder are the JSON of its files", async () => {
  const changes = { modalities: { words: { kind: "tensor" as const, shape: [2] } } };
  const { data } = await open(
    inFolder,
    { "reviews/bad/1.json": "[1, 2]", "reviews/good/2.json": "[3, 4]\n", "reviews/good/3.json": "{" },
    changes,
  );
  expect([...((await wholeSplit(data, "sentiment", "train")).features.get("words") ?? [])]).toEqual([1, 2, 3, 4]);
  expect(data.problems[0]?.reason).toBe("its file is not JSON");
});

test("a changed text is noticed by its content", async () => {
  const contents = async (said: string) =>
    (await open(inFolder, { "reviews/bad/1.txt": said, "reviews/good/2.txt": "fine" }, { tasks: { sentiment } })).data
      .contents["reviews.words"];
  expect(await contents("dull")).toBe(await contents("dull"));
  expect(await contents("dull")).not.toBe(await contents("duller"));
});

test("a target stands in a column by its name alone", () => {
  const mistakes = complaints(`model m
modality words: text(max_length: 16)
task t { from: mean(words -> embed(8))  head: linear(2)  target: category("label", classes: 2) }
dataset d { path: "d.csv"  columns: { label: file("label") }  tasks: [t] }
stage fit { optimizer: adam(rate: 1e-3)  epochs: 1 }
`);
  expect(mistakes).toEqual(["wrong_type"]);
});
