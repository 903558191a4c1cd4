import { describe, expect, test } from "vitest";
import type { CompletionItem } from "../../language-server/service/completion/completion-item.ts";
import { completionsAt } from "../../language-server/service/completion/completions.ts";
import { Workspace } from "../../language-server/service/workspace.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { inserted, labelsAt } from "./complete.ts";
import { filesOf } from "./files.ts";

describe("data and files", () => {
  const hostOf = (texts: Readonly<Record<string, string>>) => ({
    ...createMemoryHost(texts),
    specifications: () => Object.keys(texts),
    exists: () => false,
    columnsOf: async (path: string) =>
      path === "data/emoji.jsonl"
        ? [
            { name: "label", values: ["fox", "owl"] },
            { name: "group", values: ["animal"] },
          ]
        : [],
    entriesIn: (folder: string) =>
      folder.replace(/\/$/u, "") === "data"
        ? ([
            { name: "emoji.jsonl", kind: "file" },
            { name: "more", kind: "folder" },
          ] as const)
        : ([
            { name: "data", kind: "folder" },
            { name: "m.mtl", kind: "file" },
            { name: ".git", kind: "folder" },
          ] as const),
  });
  const itemsIn = async (written: string): Promise<readonly CompletionItem[]> => {
    const { path, offset, texts } = filesOf(written);
    const workspace = new Workspace(hostOf(texts));
    completionsAt(workspace, path, offset);
    await workspace.reading;
    return completionsAt(workspace, path, offset).items;
  };
  const labelsIn = async (written: string): Promise<readonly string[]> =>
    (await itemsIn(written)).map(({ label }) => label);
  const dataset = 'dataset d { path: "data/emoji.jsonl"  tasks: [t] }\n';

  test("columns are those of the data set's table, with some of their values", async () => {
    const items = await itemsIn(`${dataset}task t { from: x  target: category("┆", classes: 2) }`);
    expect(items.map(({ label, detail, text }) => [label, detail, text])).toEqual([
      ["label", "fox, owl", "label"],
      ["group", "animal", "group"],
    ]);
    const unquoted = await itemsIn(`${dataset}task t { from: x  target: category(┆) }`);
    expect(unquoted.find(({ label }) => label === "label")?.text).toBe('"label"');
  });
  test.each([
    ["the weight of rows", 'dataset d { path: "data/emoji.jsonl"  weight: "┆" }'],
    ["columns of modalities", 'modality w: text\ndataset d { path: "data/emoji.jsonl"  columns: { w: "┆" } }'],
    [
      "a column of candidates",
      'modality w: text\ndataset d { path: "data/emoji.jsonl"  columns: { w: each("┆", 2) } }',
    ],
    ["a group of rows", 'dataset d { path: { train: "data/emoji.jsonl" }  split: { group: "┆" } }'],
    ["columns of a table", `${dataset}modality w: table(numeric: ["┆"])`],
  ])("%s: columns", async (_, written) => expect(await labelsIn(written)).toEqual(["label", "group"]));
  test("a page that reads no tables has no columns", () => {
    expect(labelsAt(`${dataset}task t { from: x  target: category("┆", classes: 2) }`)).toEqual([]);
  });
  test("paths of tables are those of the folder that is written so far", async () => {
    expect(await labelsIn('dataset d { path: "┆" }')).toEqual(["data/"]);
    expect(await labelsIn('dataset d { path: "data/e┆" }')).toEqual(["emoji.jsonl", "more/"]);
    expect(await labelsIn('stage s { init: from("data/┆") }')).toEqual(["more/"]);
    expect((await itemsIn("dataset d { path: ┆ }"))[0]?.text).toBe('"data/"');
  });
});

describe("imports", () => {
  const lib =
    "\n//- lib/blocks.mtl\nblock encode(x: ids, size: int): tokens { return x -> embed(size) }\nparam size: int = 8\ntask hidden { from: x }\n";
  test("name the specifications of the workspace, and what those export", () => {
    expect(labelsAt(`import { } from "┆"${lib}`)).toEqual(["./lib/blocks.mtl"]);
    expect(inserted(`import { } from ┆${lib}`, "./lib/blocks.mtl")).toBe('import { } from "./lib/blocks.mtl"\n');
    expect(labelsAt(`import { ┆ } from "./lib/blocks.mtl"${lib}`)).toEqual(["encode", "size"]);
    expect(labelsAt(`import { size, ┆ } from "./lib/blocks.mtl"${lib}`)).toEqual(["encode"]);
  });
  test("are added with a name that another specification exports", () => {
    const written = `model m\n\nmodality words: text\nstream s = words -> enc┆${lib}`;
    expect(inserted(written, "encode")).toBe(
      'model m\n\nimport { encode } from "./lib/blocks.mtl"\n\nmodality words: text\nstream s = words -> encode(1)\n',
    );
    expect(labelsAt(written)).not.toContain("hidden");
    expect(inserted(`import { size } from "./lib/blocks.mtl"\nstream s = words -> enc┆${lib}`, "encode")).toMatch(
      /^import \{ size, encode \} from/u,
    );
    expect(labelsAt(`stream s = words -> ┆${lib}`)).not.toContain("encode");
  });
});
