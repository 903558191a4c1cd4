import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareDefinitions } from "../../examples/data/definitions.ts";
import type { DefinitionRow } from "../../examples/data/definition-rows.ts";
import { prepareTexts } from "../../examples/data/texts.ts";
import type { GenreRow, KindRow, RelationRow, SimilarityRow } from "../../examples/data/text-rows.ts";
import { type Synset, wuPalmer } from "../../examples/data/wordnet.ts";
import { folderWith } from "./fixture.ts";

const synset = (id: string, ...hypernyms: readonly string[]): readonly [string, Synset] => [
  id,
  { id, words: [id], file: 3, definition: "", examples: [], hypernyms, antonyms: [], uses: 1 },
];

test("Wu and Palmer's similarity is that of their formula", () => {
  // entity: thing (animal: (dog, cat)), idea.
  const tree = new Map([
    synset("entity"),
    synset("thing", "entity"),
    synset("idea", "entity"),
    synset("animal", "thing"),
    synset("dog", "animal"),
    synset("cat", "animal"),
  ]);
  expect(wuPalmer(tree, "dog", "dog")).toBe(1);
  expect(wuPalmer(tree, "dog", "cat")).toBeCloseTo(6 / 8, 12);
  expect(wuPalmer(tree, "dog", "animal")).toBeCloseTo(6 / 7, 12);
  expect(wuPalmer(tree, "dog", "idea")).toBeCloseTo(2 / 6, 12);
  expect(wuPalmer(tree, "dog", "elsewhere")).toBe(0);
});

async function readRows<Row>(path: string): Promise<readonly Row[]> {
  return (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

test("the four tables are written once, and what is tested is not trained on", async () => {
  const folder = join(await folderWith({}), "texts");
  await prepareTexts(folder);
  const rowsOf = <Row>(name: string): Promise<readonly Row[]> => readRows<Row>(join(folder, `${name}.jsonl`));
  const apart = <Row extends { readonly split: string }>(
    rows: readonly Row[],
    ofRow: (row: Row) => readonly string[],
  ): void => {
    const trained = new Set(rows.filter(({ split }) => split === "train").flatMap(ofRow));
    expect(rows.filter(({ split }) => split === "test").length).toBeGreaterThan(500);
    expect(
      rows
        .filter(({ split }) => split !== "train")
        .flatMap(ofRow)
        .filter((part) => trained.has(part)),
    ).toEqual([]);
  };
  const genres = await rowsOf<GenreRow>("genre");
  apart(genres, ({ file }) => [file]);
  expect(new Set(genres.map(({ genre }) => genre)).size).toBe(15);
  const relations = await rowsOf<RelationRow>("relation");
  apart(relations, ({ first, second }) => [[first, second].toSorted().join(" / ")]);
  const counts = ["kind", "opposite", "none"].map(
    (name) => relations.filter(({ relation }) => relation === name).length,
  );
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.1);
  const kinds = await rowsOf<KindRow>("kind");
  for (const { definitions, right } of kinds) expect(definitions[right]).toBeDefined();
  for (const { similarity } of await rowsOf<SimilarityRow>("similarity"))
    expect(similarity >= 0 && similarity <= 5).toBe(true);
  const written = (await stat(join(folder, "kind.jsonl"))).mtimeMs;
  await prepareTexts(folder);
  expect((await stat(join(folder, "kind.jsonl"))).mtimeMs).toBe(written);
}, 60_000);

test("no definition of a noun that is tested is in training rows, of the nouns or of what else reads definitions", async () => {
  const root = await folderWith({});
  await prepareTexts(join(root, "texts"));
  await prepareDefinitions(join(root, "definitions"));
  const [nouns = [], ...siblings] = await Promise.all(
    [
      "definitions/noun",
      "definitions/rare-noun",
      "definitions/verb",
      "definitions/kind",
      "texts/kind",
      "texts/similarity",
      "texts/relation",
    ].map((name) => readRows<AnyRow>(join(root, `${name}.jsonl`))),
  );
  const tested = new Set(nouns.filter(({ split }) => split !== "train").flatMap(definitionsOf));
  expect(tested.size).toBeGreaterThan(2000);
  for (const table of [nouns, ...siblings]) {
    const trained = table.filter(({ split }) => split === "train").flatMap(definitionsOf);
    expect(trained.length).toBeGreaterThan(4000);
    expect(trained.filter((definition) => tested.has(definition))).toEqual([]);
  }
  expect([nouns, ...siblings.slice(0, 3)].map((table) => new Set(table.map((row) => row.class)).size)).toEqual([
    25, 25, 15, 109,
  ]);
}, 60_000);

/** A row of any table that has definitions. */
type AnyRow = Pick<DefinitionRow, "split"> & Partial<DefinitionRow & KindRow & Pick<SimilarityRow, "first" | "second">>;

function definitionsOf({ definition = "", definitions = [], first = "", second = "" }: AnyRow): readonly string[] {
  return [definition, ...definitions, first, second].filter((text) => text !== "");
}
