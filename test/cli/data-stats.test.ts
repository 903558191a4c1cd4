import { expect, test } from "vitest";
import type { DataStats, DatasetStats } from "../../runtime/data/stats/data-stats.ts";
import { folderWith, mtl } from "./run.ts";

const specification = `model reviews

modality words: text(max_length: 4, tokenizer: characters(12))
modality photo: image(2, 2, 1)

task mood { from: mean(words -> embed(4))  head: linear(2)  target: category("mood", classes: 2) }
task shown { from: mean(photo -> patches(1) -> linear(4))  head: linear(3)  target: labels("shown", classes: ["cat", "dog", "hat"]) }

dataset reviews {
  path: "reviews.jsonl"
  split: { column: "set" }
  tasks: [mood, shown]
}

stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;

const svg = (width: number, height: number) =>
  `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${height}'/>`;

const rows = [
  { words: "aabb", mood: "good", set: "train", photo: svg(4, 8), shown: ["cat", "hat"] },
  { words: "ab", mood: "bad", set: "train", photo: svg(6, 2) },
  { words: "bbbbbb", mood: "bad", set: "train", photo: svg(5, 5), shown: [] },
  // These letters are not in the training split.
  { words: "az", mood: "good", set: "test", photo: svg(4, 4), shown: "cat|dog" },
  { words: "a", set: "validation", photo: "1.png", shown: "cow" },
  { words: "a", set: "validation", photo: "2.png", shown: "cat" },
  { words: "a", set: "elsewhere", stars: 5 },
  { mood: "good", set: "train", photo: svg(1, 1) },
];

async function statsOf(): Promise<DatasetStats> {
  const cwd = folderWith({
    "a.mtl": specification,
    "reviews.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
  });
  const { code, stdout, stderr } = await mtl(["data", "stats", "a.mtl", "--json", "--quiet"], { cwd });
  // Most of the rows are bad intentionally.
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining('Training would stop before it begins: Data set "reviews" has 4 bad rows of'),
  ]);
  const [stats] = (JSON.parse(stdout) as DataStats).datasets;
  if (stats === undefined) throw new Error("no data set");
  return stats;
}

test("rows are counted by split and by task, and excluded rows by reason", async () => {
  const stats = await statsOf();
  expect(stats.rows).toEqual({ train: 4, validation: 2, test: 1 });
  expect(stats.tasks.map(({ task, labelled }) => [task, labelled])).toEqual([
    ["mood", { train: 3, validation: 0, test: 1 }],
    ["shown", { train: 2, validation: 0, test: 1 }],
  ]);
  expect(stats.dropped.map(({ column, reason, rows: count, first }) => [column, reason, count, first.row])).toEqual([
    ["photo", "… does not exist", 2, 5],
    ["set", '"elsewhere" is not train, validation or test', 1, 7],
    ["words", "it has no words", 1, 8],
  ]);
});

test("classes are counted, including those that never occur", async () => {
  const [mood, shown] = (await statsOf()).tasks;
  expect(mood?.classes).toEqual({
    bad: { train: 2, validation: 0, test: 0 },
    good: { train: 1, validation: 0, test: 1 },
  });
  expect(shown?.classes).toEqual({
    cat: { train: 1, validation: 0, test: 1 },
    dog: { train: 0, validation: 0, test: 1 },
    hat: { train: 1, validation: 0, test: 0 },
  });
});

test("classes are shown in the order of the outputs, whatever their names", async () => {
  const cwd = folderWith({
    "a.mtl": specification.replace('category("mood", classes: 2)', 'category("mood", classes: ["10", "2"])'),
    "reviews.jsonl": rows
      .map((row) => JSON.stringify({ ...row, mood: row.mood === "good" ? 2 : row.mood === "bad" ? 10 : undefined }))
      .join("\n"),
  });
  const { stdout } = await mtl(["data", "stats", "a.mtl"], { cwd });
  expect(stdout).toMatch(/class of mood[^\n]*\n +10 +2 [^\n]*\n +2 +1 /);
});

test("columns have types and missing values, texts have lengths, and pictures have sizes", async () => {
  const { columns, modalities } = await statsOf();
  expect(columns.find(({ column }) => column === "shown")).toEqual({
    column: "shown",
    types: { list: 2, text: 3 },
    missing: 2,
    distinct: 5,
  });
  expect(columns.find(({ column }) => column === "words")).toMatchObject({
    types: { text: 6 },
    missing: 1,
    distinct: 5,
  });
  const words = modalities.find(({ modality }) => modality === "words")?.splits;
  // Characters of training: 4, 2, 6, one text of which is longer than 4; "z" is unknown.
  expect(words?.train).toMatchObject({
    values: 3,
    "tokens 50 %": 4,
    "tokens most": 6,
    "truncated share": 1 / 3,
    "unknown share": 0,
    "vocabulary used": 2 / 12,
  });
  expect(words?.test).toMatchObject({ values: 1, "unknown share": 0.5 });
  const photo = modalities.find(({ modality }) => modality === "photo")?.splits.train;
  expect(photo).toEqual({
    values: 4,
    "width least": 1,
    "width 50 %": 4,
    "width most": 6,
    "height least": 1,
    "height 50 %": 2,
    "height most": 8,
  });
});

test("the output for people has tables", async () => {
  const cwd = folderWith({
    "a.mtl": specification,
    "reviews.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
  });
  const { stdout } = await mtl(["data", "stats", "a.mtl"], { cwd });
  expect(stdout).toMatch(/^dataset reviews\n/);
  expect(stdout).toMatch(/^ +with mood +3 +0 +1$/m);
  expect(stdout).toMatch(/^ +2 +photo +… does not exist +reviews\.jsonl:5$/m);
  expect(stdout).toMatch(/^ +truncated share +0\.333 +0 +0$/m);
});

test("tables have missing and unknown values, and series have steps", async () => {
  const model = `model m
modality who: table(numeric: ["age"], categorical: { town: 1 })
modality wave: series(steps: 3)
task t { from: mean(who -> embed_columns(4)) + mean(wave -> linear(4))  head: linear(1)  target: number("y") }
dataset d { path: "d.jsonl"  split: { column: "set" }  tasks: [t] }
stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;
  const people = [
    { age: 1, town: "a", wave: [1] },
    { age: 2, town: "a", wave: [1, 2, 3, 4] },
    { town: "b", wave: [1, 2] },
  ].map((row) => JSON.stringify({ ...row, y: 1, set: "train" }));
  const { stdout } = await mtl(["data", "stats", "m.mtl", "--json"], {
    cwd: folderWith({ "m.mtl": model, "d.jsonl": people.join("\n") }),
  });
  const [{ modalities } = { modalities: [] }] = (JSON.parse(stdout) as DataStats).datasets;
  const figures = Object.fromEntries(modalities.map(({ modality, splits }) => [modality, splits.train]));
  expect(figures["who"]).toMatchObject({ values: 3, "missing share": 1 / 6, "unknown share": 1 / 3 });
  expect(figures["wave"]).toMatchObject({ values: 3, "steps kept 50 %": 2, "steps kept most": 3 });
});

test("each candidate has its own length in the statistics, not the sum of a row", async () => {
  const ranked = `model pick

modality words: text(max_length: 6, tokenizer: characters(12), segments: 2)

task pick { from: mean(words -> embed(4))  head: linear(1)  target: ranking("right") }

dataset pairs { path: "pairs.jsonl"  columns: { words: ["ask", each("answers", max_candidates: 3)] }  split: { column: "set" }  tasks: [pick] }

stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;
  const pairs = [
    { ask: "ab", answers: ["a", "bb", "abab"], right: 0, set: "train" },
    { ask: "b", answers: ["a"], right: 0, set: "train" },
  ];
  const cwd = folderWith({ "a.mtl": ranked, "pairs.jsonl": pairs.map((row) => JSON.stringify(row)).join("\n") });
  const [stats] = (JSON.parse((await mtl(["data", "stats", "a.mtl", "--json"], { cwd })).stdout) as DataStats).datasets;
  // Both segments together have 3, 4, 6 and 2 characters; with a separator, one of the four is longer than 6.
  expect(stats?.modalities[0]?.splits.train).toMatchObject({
    values: 4,
    "tokens 50 %": 3,
    "tokens most": 6,
    "truncated share": 0.25,
  });
});
