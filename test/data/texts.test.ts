import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareLexname } from "../../examples/data/lexname.ts";
import type { LexnameRow } from "../../examples/data/lexname-rows.ts";
import { prepareTexts } from "../../examples/data/texts.ts";
import type { GenreRow, KindRow, RelationRow, SimilarityRow } from "../../examples/data/text-rows.ts";
import { type Synset, wuPalmer } from "../../examples/data/wordnet.ts";
import { folderWith } from "./fixture.ts";

const synset = (id: string, ...hypernyms: readonly string[]): readonly [string, Synset] => [id, { id, words: [id], file: 3, definition: "", examples: [], hypernyms, antonyms: [], uses: 1 }];

test("Wu and Palmer's similarity is that of their formula", () => {
  // entity: thing (animal: (dog, cat)), idea.
  const tree = new Map([synset("entity"), synset("thing", "entity"), synset("idea", "entity"), synset("animal", "thing"), synset("dog", "animal"), synset("cat", "animal")]);
  expect(wuPalmer(tree, "dog", "dog")).toBe(1);
  expect(wuPalmer(tree, "dog", "cat")).toBeCloseTo(6 / 8, 12);
  expect(wuPalmer(tree, "dog", "animal")).toBeCloseTo(6 / 7, 12);
  expect(wuPalmer(tree, "dog", "idea")).toBeCloseTo(2 / 6, 12);
  expect(wuPalmer(tree, "dog", "elsewhere")).toBe(0);
});

async function readRows<Row>(path: string): Promise<readonly Row[]> {
  return (await readFile(path, "utf8")).trim().split("\n").map((line) => JSON.parse(line) as Row);
}

test("the four tables are written once, and what is tested is not trained on", async () => {
  const folder = join(await folderWith({}), "texts");
  await prepareTexts(folder);
  const rowsOf = <Row>(name: string): Promise<readonly Row[]> => readRows<Row>(join(folder, `${name}.jsonl`));
  const apart = <Row extends { readonly split: string }>(rows: readonly Row[], ofRow: (row: Row) => readonly string[]): void => {
    const trained = new Set(rows.filter(({ split }) => split === "train").flatMap(ofRow));
    expect(rows.filter(({ split }) => split === "test").length).toBeGreaterThan(500);
    expect(rows.filter(({ split }) => split !== "train").flatMap(ofRow).filter((part) => trained.has(part))).toEqual([]);
  };
  const genres = await rowsOf<GenreRow>("genre");
  apart(genres, ({ file }) => [file]);
  expect(new Set(genres.map(({ genre }) => genre)).size).toBe(15);
  const relations = await rowsOf<RelationRow>("relation");
  apart(relations, ({ first, second }) => [[first, second].toSorted().join(" / ")]);
  const counts = ["kind", "opposite", "none"].map((name) => relations.filter(({ relation }) => relation === name).length);
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.1);
  const kinds = await rowsOf<KindRow>("kind");
  for (const { definitions, right } of kinds) expect(definitions[right]).toBeDefined();
  for (const { similarity } of await rowsOf<SimilarityRow>("similarity")) expect(similarity >= 0 && similarity <= 5).toBe(true);
  const written = (await stat(join(folder, "kind.jsonl"))).mtimeMs;
  await prepareTexts(folder);
  expect((await stat(join(folder, "kind.jsonl"))).mtimeMs).toBe(written);
}, 60_000);

test("no definition whose lexname is tested is in training rows, of the lexnames or of what else reads definitions", async () => {
  const root = await folderWith({});
  await prepareTexts(join(root, "texts"));
  await prepareLexname(join(root, "lexname"));
  const rows = await readRows<LexnameRow>(join(root, "lexname", "lexname.jsonl"));
  const tested = new Set(rows.filter(({ split }) => split !== "train").map(({ definition }) => definition));
  expect(tested.size).toBeGreaterThan(2000);
  const siblings = await Promise.all(["kind", "similarity", "relation"].map((name) => readRows<Partial<KindRow & SimilarityRow> & { readonly split: string }>(join(root, "texts", `${name}.jsonl`))));
  const trained = [rows.map(({ definition, split }) => ({ definitions: [definition], split })), ...siblings.map((table) => table.map(({ definitions = [], first = "", second = "", split }) => ({ definitions: [...definitions, first, second], split })))];
  for (const table of trained) {
    const among = table.filter(({ split }) => split === "train").flatMap(({ definitions }) => definitions);
    expect(among.length).toBeGreaterThan(2000);
    expect(among.filter((definition) => tested.has(definition))).toEqual([]);
  }
  expect(new Set(rows.map(({ lexname }) => lexname)).size).toBe(25);
}, 60_000);
