import { describe, expect, test } from "vitest";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import type { Preprocessing } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { learnCharacters } from "../../runtime/data/tokenizers/learn-characters.ts";
import { allTrain, folderWith, reviews, sentiment, specification, text, wholeSplit } from "./fixture.ts";

const csv = "words,label\ngood,yes\nbad,no\n";
const trained: ResolvedDataset = { ...reviews, split: allTrain };

function open(
  root: string,
  changes: Parameters<typeof specification>[0] = { datasets: { reviews: trained } },
): ReturnType<typeof openData> {
  return openData({ specification: specification(changes), root, cache: "none" });
}

describe("rows of a table", () => {
  test("become padded features, targets, weights and keys", async () => {
    const data = await open(await folderWith({ "reviews.csv": csv }));
    const batch = await data.batch({ task: "sentiment", split: "train", rows: [1, 0], size: 3 });
    expect(data.preprocessing.classes).toEqual({ sentiment: ["no", "yes"] });
    expect([...(batch.features.get("sentiment.target") ?? [])]).toEqual([0, 1, 0]);
    expect([...batch.rowWeight]).toEqual([1, 1, 0]);
    expect(batch.keys).toEqual(["reviews/reviews.csv:3", "reviews/reviews.csv:2"]);
    const mask = batch.features.get("words.mask") ?? new Uint8Array();
    expect([...mask.subarray(0, 16)].join("")).toBe("1110000000000000");
    expect([...mask.subarray(32)].every((bit) => bit === 0)).toBe(true);
    expect(batch.features.get("words.ids")).toHaveLength(48);
  });

  test("are the same from CSV with a byte-order mark, CRLF, quotes and line breaks, from TSV, JSON Lines and JSON", async () => {
    const rows = [
      { words: 'say "hi",\nnow', label: "yes" },
      { words: "bad", label: "no" },
    ];
    const root = await folderWith({
      "a.csv": '\ufeffwords,label\r\n"say ""hi"",\nnow",yes\r\nbad,no\r\n',
      "b.tsv": 'words\tlabel\n"say ""hi"",\nnow"\tyes\nbad\tno',
      "c.jsonl": `\ufeff${rows.map((row) => JSON.stringify(row)).join("\n")}\n\n`,
      "d.json": JSON.stringify(rows),
    });
    const batches = [];
    for (const path of ["a.csv", "b.tsv", "c.jsonl", "d.json"]) {
      const data = await open(root, { datasets: { reviews: { ...trained, path } } });
      expect(data.problems).toEqual([]);
      batches.push((await wholeSplit(data, "sentiment", "train")).features);
    }
    for (const batch of batches) expect(batch).toEqual(batches[0]);
  });

  test("without a target count for the other tasks only", async () => {
    const stars = {
      ...sentiment,
      name: "stars",
      target: { kind: "number", column: "stars", standardise: false },
    } as const;
    const root = await folderWith({ "reviews.csv": "words,label,stars\ngood,yes,5\nbad,no,\nso-so,,3\n" });
    const data = await open(root, {
      tasks: { sentiment, stars },
      datasets: { reviews: { ...trained, tasks: ["sentiment", "stars"] } },
    });
    expect(data.rows("sentiment", "train")).toBe(2);
    expect([...((await wholeSplit(data, "stars", "train")).features.get("stars.target") ?? [])]).toEqual([5, 3]);
    expect(data.problems).toEqual([]);
  });

  test("carry the weights of their column", async () => {
    const root = await folderWith({ "reviews.csv": "words,label,w\ngood,yes,0.5\nbad,no,2\nodd,no,-1\nodd,no,x\n" });
    const data = await open(root, { datasets: { reviews: { ...trained, weight: "w" } } });
    expect([...(await wholeSplit(data, "sentiment", "train")).rowWeight]).toEqual([0.5, 2]);
    expect(data.problems.map(({ row, column }) => [row, column])).toEqual([
      [4, "w"],
      [5, "w"],
    ]);
  });

  test("may lack an optional modality, which is then zero and not present", async () => {
    const root = await folderWith({
      "reviews.jsonl": '{"words":"good","label":"yes"}\n{"label":"no"}\n{"words":"","label":"no"}',
    });
    const optional = { ...sentiment, inputs: [{ modality: "words", optional: true }] };
    const data = await open(root, {
      tasks: { sentiment: optional },
      datasets: { reviews: { ...trained, path: "reviews.jsonl" } },
    });
    const { features } = await wholeSplit(data, "sentiment", "train");
    expect([...(features.get("words.present") ?? [])]).toEqual([1, 0, 0]);
    expect([...(features.get("words.ids") ?? [])].slice(16).every((id) => id === 0)).toBe(true);
  });

  test("are split by the files that they stand in, validation taken from train where it has none", async () => {
    const rows = Array.from({ length: 200 }, (_, index) => `text ${index},${index % 2 === 0 ? "yes" : "no"}`).join(
      "\n",
    );
    const root = await folderWith({ "train.csv": `words,label\n${rows}`, "test.csv": csv });
    const data = await open(root, {
      datasets: {
        reviews: {
          ...trained,
          path: { train: "train.csv", test: "test.csv" },
          split: { kind: "files", validation: 0.2 },
        },
      },
    });
    expect(data.rows("sentiment", "test")).toBe(2);
    expect(data.rows("sentiment", "train") + data.rows("sentiment", "validation")).toBe(200);
    expect(data.rows("sentiment", "validation")).toBeGreaterThan(20);
  });
});

describe("fitting", () => {
  const split = { kind: "column", column: "set" } as const;

  test("sees the training split only", async () => {
    const root = await folderWith({
      "reviews.csv": "words,label,set\nab,yes,train\nba,no,train\nxyz,maybe,test\nab,no,dev\n",
    });
    const data = await open(root, { datasets: { reviews: { ...reviews, split } } });
    const tokenizer = data.preprocessing.tokenizers["words"] as { model: { vocab: object } };
    expect(Object.keys(tokenizer.model.vocab)).toEqual(["[PAD]", "[UNK]", "[SEP]", "[MASK]", "a", "b"]);
    expect(data.preprocessing.classes["sentiment"]).toEqual(["no", "yes"]);
    expect(data.rows("sentiment", "validation")).toBe(1);
    expect(data.problems).toEqual([
      { file: "reviews.csv", row: 4, column: "label", reason: '"maybe" is not one of the 2 classes' },
    ]);
  });

  test("is not done again where preprocessing is given", async () => {
    const root = await folderWith({ "reviews.csv": csv });
    const { preprocessing } = await open(root);
    const given = { ...preprocessing, classes: { sentiment: ["yes", "no"] } };
    const data = await openData({
      specification: specification({ datasets: { reviews: trained } }),
      root,
      cache: "none",
      preprocessing: given,
    });
    expect(data.preprocessing).toBe(given);
    expect([...((await wholeSplit(data, "sentiment", "train")).features.get("sentiment.target") ?? [])]).toEqual([
      0, 1,
    ]);
  });

  test("refuses more classes than are declared, and says how many there are", async () => {
    const root = await folderWith({ "reviews.csv": "words,label\na,yes\nb,no\nc,perhaps\n" });
    await expect(open(root)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining('"yes"') as string,
      help: expect.stringContaining("classes: 3") as string,
    });
  });
});

describe("preprocessing that does not fit the specification is refused", () => {
  test.each<[string, Partial<Preprocessing>, RegExp]>([
    ["no tokenizer", { tokenizers: {} }, /no tokenizer for modality "words"/],
    [
      "a larger vocabulary",
      { tokenizers: { words: learnCharacters(["abc"], { size: 70, lowercase: false }) } },
      /ids up to 6, where 6 are declared/,
    ],
    [
      "more classes",
      { classes: { sentiment: ["a", "b", "c"] } },
      /3 classes for task "sentiment", where 2 are declared/,
    ],
    ["no classes", { classes: {} }, /no classes for task "sentiment"/],
  ])("%s", async (_, change, message) => {
    const root = await folderWith({ "reviews.csv": csv });
    const modalities = { words: { ...text, tokenizer: { kind: "characters", size: 6 } } } as const;
    const fitted: Preprocessing = {
      version: 1,
      tokenizers: { words: learnCharacters(["ab"], { size: 6, lowercase: false }) },
      classes: { sentiment: ["no", "yes"] },
    };
    const opening = openData({
      specification: specification({ modalities, datasets: { reviews: trained } }),
      root,
      cache: "none",
      preprocessing: { ...fitted, ...change },
    });
    await expect(opening).rejects.toMatchObject({ kind: "data", message: expect.stringMatching(message) as string });
  });
});

test("a vocabulary file that is missing or outside is an error that names it", async () => {
  const root = await folderWith({ "reviews.csv": csv });
  for (const file of ["gone.txt", "../vocab.txt"]) {
    const modalities = { words: { ...text, tokenizer: { kind: "word_piece", size: 50, file } } } as const;
    await expect(open(root, { modalities, datasets: { reviews: trained } })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining(file) as string,
    });
  }
});

describe("bad rows", () => {
  test.each<[string, string, { row: number; column?: string; reason: RegExp }]>([
    ["a row that is not JSON", '{"words":"a","label":"yes"}\n{oops\n', { row: 2, reason: /not JSON/ }],
    ["a row that is no object", '{"words":"a","label":"yes"}\n[1]\n', { row: 2, reason: /not a JSON object/ }],
    [
      "a missing modality",
      '{"words":"a","label":"yes"}\n{"label":"no"}\n',
      { row: 2, column: "words", reason: /no words/ },
    ],
    [
      "a modality of another kind",
      '{"words":"a","label":"yes"}\n{"words":{"a":1},"label":"no"}\n',
      { row: 2, column: "words", reason: /not text/ },
    ],
    [
      "a target of another kind",
      '{"words":"a","label":"yes"}\n{"words":"b","label":{"a":1}}\n',
      { row: 2, column: "label", reason: /not the name of a class/ },
    ],
  ])("are named: %s", async (_, content, { reason, ...place }) => {
    const root = await folderWith({ "reviews.jsonl": content });
    const data = await open(root, { datasets: { reviews: { ...trained, path: "reviews.jsonl" } } });
    expect(data.rows("sentiment", "train")).toBe(1);
    expect(data.problems).toEqual([
      { file: "reviews.jsonl", ...place, reason: expect.stringMatching(reason) as string },
    ]);
  });

  test("are counted as an editor counts lines, after cells with line breaks and empty lines", async () => {
    const root = await folderWith({
      "reviews.csv": 'words,label\n"two\nlines",yes\n\nshort\n"three\n\nlines",no,more\nlast,no\n',
    });
    const data = await open(root);
    expect(data.problems.map(({ row }) => row)).toEqual([5, 6]);
    expect((await wholeSplit(data, "sentiment", "train")).keys).toEqual([
      "reviews/reviews.csv:2",
      "reviews/reviews.csv:9",
    ]);
  });

  test("end the run where they are refused, the first ones listed", async () => {
    const root = await folderWith({ "reviews.csv": `${csv}${"short\n".repeat(9)}` });
    const failing = open(root, { datasets: { reviews: { ...trained, bad_rows: "refuse" } } });
    await expect(failing).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(/9 bad rows[^]*reviews.csv:4:[^]*and 4 more/) as string,
    });
  });

  test("end the run where there are no others", async () => {
    const root = await folderWith({ "reviews.csv": "words,label\nshort\n" });
    await expect(open(root)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("reviews.csv:2") as string,
    });
  });
});

describe("what is wrong with a whole file", () => {
  test.each<[string, { [path: string]: string | Uint8Array }, RegExp, RegExp]>([
    ["it is missing", {}, /"reviews.csv" does not exist/, /relative to the specification/],
    [
      "a column is missing",
      { "reviews.csv": "words,lable\na,b\n" },
      /no column "label".*task "sentiment"/,
      /Did you mean "lable"/,
    ],
    ["it is empty", { "reviews.csv": "words,label\n" }, /has no rows/, /examples/],
    ["no row has a target", { "reviews.csv": "words,label\na,\n" }, /No row .* has a target/, /column/],
    ["it is not UTF-8", { "reviews.csv": Uint8Array.from([0x77, 0xff, 0x0a]) }, /not UTF-8/, /UTF-8/],
    [
      "a quote is not closed",
      { "reviews.csv": 'words,label\n"a,yes\nb,no\n' },
      /cannot be read as a table.*line/,
      /quote/,
    ],
    ["a column is there twice", { "reviews.csv": "words,words,label\na,b,c\n" }, /two columns named "words"/, /Rename/],
  ])("is said: %s", async (_, files, message, help) => {
    const failing = open(await folderWith(files));
    await expect(failing).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(message) as string,
      help: expect.stringMatching(help) as string,
    });
  });

  test("is said: it leaves the folder of the data", async () => {
    const root = await folderWith({ "reviews.csv": csv, "inner/spec.mtl": "" });
    const failing = openData({
      specification: specification({ datasets: { reviews: { ...trained, path: "../reviews.csv" } } }),
      root: `${root}/inner`,
      cache: "none",
    });
    await expect(failing).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("leaves the folder") as string,
    });
    const allowed = await openData({
      specification: specification({ datasets: { reviews: { ...trained, path: "../reviews.csv" } } }),
      root: `${root}/inner`,
      data: root,
      cache: "none",
    });
    expect(allowed.rows("sentiment", "train")).toBe(2);
  });
});

test("labels are lists, or names with | between", async () => {
  const tags = { ...sentiment, target: { kind: "labels", column: "label", classes: 3 } } as const;
  const root = await folderWith({
    "reviews.jsonl": '{"words":"a","label":["x","z"]}\n{"words":"b","label":"y | x"}\n{"words":"c","label":[]}\n',
  });
  const data = await open(root, {
    modalities: { words: text },
    tasks: { sentiment: tags },
    datasets: { reviews: { ...trained, path: "reviews.jsonl" } },
  });
  const target = (await wholeSplit(data, "sentiment", "train")).features.get("sentiment.target") ?? [];
  expect([...target]).toEqual([1, 0, 1, 1, 1, 0, 0, 0, 0]);
});
