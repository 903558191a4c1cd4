import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conceptOf } from "../../examples/data/concept.ts";
import { prepareEmoji } from "../../examples/data/emoji.ts";
import type { EmojiRow } from "../../examples/data/emoji-rows.ts";
import { folderWith } from "./fixture.ts";

test.each([
  ["health worker", ["health worker", "man health worker", "woman health worker"]],
  ["heart", ["red heart", "light blue heart", "grey heart"]],
  ["clock face", ["three o’clock", "ten-thirty"]],
  ["walking", ["person walking", "woman walking: facing right"]],
  ["family", ["family: man, woman, boy", "family: woman, girl"]],
  ["merperson", ["merman", "mermaid", "merperson"]],
  ["person", ["man: red hair", "older person", "girl"]],
  ["flag norway", ["flag: Norway"]],
  ["keycap #", ["keycap: #"]],
])("%s is one concept", (concept, labels) => {
  expect(labels.map(conceptOf)).toEqual(labels.map(() => concept));
});

test("the data set is one row for each emoji and artist, with drawings that are there, and is written once", async () => {
  const folder = join(await folderWith({}), "emoji");
  await prepareEmoji(folder);
  const table = join(folder, "emoji.jsonl");
  const rows = (await readFile(table, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as EmojiRow);
  const drawings = await readdir(join(folder, "svg"), { recursive: true });
  expect(new Set(rows.map(({ drawing }) => drawing.slice("svg/".length)))).toEqual(
    new Set(drawings.filter((name) => name.endsWith(".svg"))),
  );
  expect(rows.length).toBe(4 * new Set(rows.map(({ emoji }) => emoji)).size);
  const concepts = new Map<string, Set<string>>();
  for (const { subgroup, concept } of rows) concepts.set(subgroup, (concepts.get(subgroup) ?? new Set()).add(concept));
  expect(Math.min(...[...concepts.values()].map(({ size }) => size))).toBeGreaterThanOrEqual(5);
  const written = (await stat(table)).mtimeMs;
  await prepareEmoji(folder);
  expect((await stat(table)).mtimeMs).toBe(written);
});
