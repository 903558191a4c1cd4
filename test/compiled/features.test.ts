import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CompiledManifest, compileToFolder } from "../../runtime/index.ts";

const model = `model pieces
modality words: text(max_length: 12, segments: 2)
modality cells: table(numeric: ["age"], categorical: { colour: 3 })
task hidden { from: masked_positions(words) -> embed(8) -> cross_attend(words -> embed(8))  head: linear(2000)  target: masked(words)  loss: cross_entropy }
task best { from: mean(words -> embed(8))  head: linear(1)  target: ranking("relevant") }
task size { from: mean(cells -> embed_columns(8))  head: linear(1)  target: number("size") }
task kind { from: mean(words -> embed(8))  head: linear(3)  target: category("kind", classes: 3) }
dataset texts { path: "texts.jsonl"  columns: { words: ["left", "right"] }  tasks: [hidden, kind] }
dataset lists { path: "lists.jsonl"  columns: { words: ["question", each("answers", max_candidates: 4)] }  tasks: [best] }
dataset rows { path: "rows.csv"  tasks: [size] }
stage fit { optimizer: adam(rate: 1e-3)  epochs: 1  batch: 4 }
`;

let folder: string;
let manifest: CompiledManifest;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mtl-features-"));
  writeFileSync(join(folder, "model.mtl"), model);
  manifest = await compileToFolder(join(folder, "compiled"), {
    source: join(folder, "model.mtl"),
    formats: ["onnx"],
    graphs: ["evaluate", "predict"],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("places of a target that hold nothing are −1, and every input of the data says so", () => {
  const sources = Object.fromEntries(
    manifest.graphs.flatMap(({ inputs }) =>
      inputs.flatMap(({ role, source }) =>
        role.kind === "feature" && role.feature.endsWith(".target") ? [[role.feature, source] as const] : [],
      ),
    ),
  );
  expect(sources).toEqual({
    "hidden.target": { kind: "data", below: 2000, none: -1 },
    "kind.target": { kind: "data", below: 3 },
    "best.target": { kind: "data", none: -1 },
    "size.target": { kind: "data" },
  });
  expect(manifest.features["hidden.target"]).toMatchObject({
    of: { task: "hidden" },
    content: { kind: "target" },
    empty: -1,
  });
  expect(manifest.features["size.target"]).toMatchObject({ empty: 0, standardised: { from: "float64" } });
});

test("ids of a table say which column they are of, and numbers that they are standardised", () => {
  expect(manifest.features["cells.ids"]).toEqual({
    of: { modality: "cells" },
    content: {
      kind: "columns",
      columns: [
        { kind: "numeric", name: "age", missing: 0, present: 1 },
        { kind: "categorical", name: "colour", missing: 2, unknown: 3, first: 4, most: 3 },
      ],
    },
    empty: 0,
    below: 7,
  });
  expect(manifest.features["cells.numbers"]).toMatchObject({
    content: { kind: "numbers", columns: ["age"] },
    standardised: { from: "float64" },
  });
});

test("every input of the data is described, and nothing else", () => {
  const taken = manifest.graphs.flatMap(({ inputs }) =>
    inputs.flatMap(({ role }) => (role.kind === "feature" ? [role.feature] : [])),
  );
  expect(Object.keys(manifest.features).toSorted()).toEqual([...new Set(taken)].toSorted());
  expect(Object.values(manifest.tasks).map(({ prediction }) => prediction)).toEqual([
    "tokens",
    "scores",
    "number",
    "softmax",
  ]);
});

test("a graph of several tasks says for which of them a text has hidden tokens", () => {
  const together = manifest.graphs.find(({ tasks }) => tasks.length > 1);
  expect(together?.tasks).toEqual(["hidden", "kind"]);
  const ids = together?.inputs.filter(({ name }) => name.endsWith("words.ids"));
  expect(ids?.map(({ name, source }) => [name, source])).toEqual([
    ["feature/hidden/words.ids", { kind: "data", below: expect.any(Number) as number }],
    ["feature/words.ids", { kind: "data", below: expect.any(Number) as number }],
  ]);
  const { of, ...alike } = manifest.features["words.ids"] ?? expect.fail("words.ids is not described");
  expect(of).toEqual({ modality: "words" });
  expect(manifest.features["hidden/words.ids"]).toEqual({ of: { modality: "words", for: "hidden" }, ...alike });
});
