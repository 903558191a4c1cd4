import { describe, expect, test } from "vitest";
import type { ResolvedDataset, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { allTrain, folderWith, reviews, specification, text, wholeSplit } from "./fixture.ts";

const most = 3;
const words = { ...text, max_length: 8, segments: 2 };
const search: ResolvedTask = {
  name: "search",
  target: { kind: "ranking", column: "relevant" },
  metrics: [],
  weight: 1,
  inputs: [{ modality: "words", optional: false }],
  candidates: { most, parts: { words: ["shared", "each"] } },
};
const pages: ResolvedDataset = {
  ...reviews,
  name: "pages",
  path: "pages.jsonl",
  columns: { words: ["query", { kind: "each", column: "pages", max_candidates: most }], relevant: "relevant" },
  split: allTrain,
  tasks: ["search"],
};
const whole: ResolvedSpecification = specification({ modalities: { words }, tasks: { search }, datasets: { pages } });

async function open(rows: readonly object[], changes: Partial<ResolvedDataset> = {}) {
  const root = await folderWith({ "pages.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") });
  return openData({ specification: { ...whole, datasets: { pages: { ...pages, ...changes } } }, root, cache: "none" });
}

describe("rows with candidates", () => {
  test("have the features of each, with what they share repeated, and nothing beyond their own", async () => {
    const data = await open([
      { query: "ab", pages: ["c", "de"], relevant: 1 },
      { query: "a", pages: ["b", "c", "d"], relevant: [0, 2, 1] },
    ]);
    const { features } = await wholeSplit(data, "search", "train");
    expect(features.get("words.ids")).toHaveLength(2 * most * words.max_length);
    const masks = Array.from({ length: 2 * most }, (_, row) =>
      [...(features.get("words.mask") ?? [])].slice(row * words.max_length, (row + 1) * words.max_length).join(""),
    );
    expect(masks).toEqual(["11110000", "11111000", "00000000", "11100000", "11100000", "11100000"]);
    const ids = [...(features.get("words.ids") ?? [])];
    expect(ids.slice(0, 3)).toEqual(ids.slice(words.max_length, words.max_length + 3));
    expect([...(features.get("search.target") ?? [])]).toEqual([0, 1, -1, 0, 2, 1]);
    expect(data.problems).toEqual([]);
  });

  test("are the same from a list in JSON, from its text and from names with | between", async () => {
    const forms = [["c", "de"], '["c", "de"]', "c|de"];
    const batches = [];
    for (const form of forms)
      batches.push(
        (await wholeSplit(await open([{ query: "ab", pages: form, relevant: 0 }]), "search", "train")).features,
      );
    for (const batch of batches) expect(batch).toEqual(batches[0]);
  });

  test("are named where something is wrong with them", async () => {
    const good = { query: "a", pages: ["b", "c"], relevant: 0 };
    const bad = [
      { ...good, pages: ["b", "c", "d", "e"] },
      { ...good, pages: [] },
      { ...good, pages: 7 },
      { ...good, relevant: 2 },
      { ...good, relevant: 0.5 },
      { ...good, relevant: [1] },
      { ...good, relevant: [0, 0] },
      { ...good, relevant: [2, -1] },
      { query: "a", relevant: 0 },
    ];
    const { problems } = await open([good, ...bad]);
    expect(problems.map(({ row, reason }) => `${row}: ${reason}`)).toMatchInlineSnapshot(`
      [
        "2: it has 4 candidates where at most 3 are declared",
        "3: it has no candidates",
        "4: it is not a list of candidates",
        "5: 2 is not the index of one of 2 candidates, counted from 0",
        "6: 0.5 is not the index of one of 2 candidates, counted from 0",
        "7: it has 1 grade where there are 2 candidates",
        "8: no candidate is relevant",
        "9: a relevance is less than 0",
        "10: it has no words",
      ]
    `);
  });

  test("teach the tokenizer the words of every candidate", async () => {
    const data = await open([{ query: "a", pages: ["b", "c"], relevant: 0 }]);
    const vocabulary = Object.keys(
      (data.preprocessing.tokenizers["words"] as { model: { vocab: object } }).model.vocab,
    );
    for (const letter of ["a", "b", "c"]) expect(vocabulary).toContain(letter);
  });

  test("give what raw examples give", async () => {
    const data = await open([{ query: "ab", pages: ["c", "de"], relevant: 1 }]);
    const encoder = createExampleEncoder({ specification: whole, preprocessing: data.preprocessing, folder: "." });
    const batch = await encoder.encode({ pass: "search", examples: [{ words: ["ab", ["c", "de"]] }], size: 1 });
    const read = await wholeSplit(data, "search", "train");
    for (const feature of ["words.ids", "words.mask", "words.segments"])
      expect(batch.features.get(feature)).toEqual(read.features.get(feature));
    expect(batch.questions.get("search")).toEqual([{ candidates: 2 }]);
  });
});
