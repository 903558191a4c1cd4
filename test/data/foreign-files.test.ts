import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { readSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { readText } from "../../runtime/files/checked-json.ts";
import { readNpy } from "../../runtime/data/features/npy.ts";
import { readTable } from "../../runtime/data/tables/read-table.ts";
import { readVocabulary } from "../../runtime/data/tokenizers/read-vocabulary.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const sound = {
  version: "1.0",
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "Split", pattern: { Regex: " ?\\p{L}+" }, behavior: "Isolated", invert: false },
  decoder: null,
  model: { type: "BPE", vocab: { a: 0, b: 1 }, merges: [] },
};

describe("a tokenizer.json from elsewhere", () => {
  const read = async (document: object) => {
    const path = join(await newFolder(), "tokenizer.json");
    writeFileSync(path, JSON.stringify(document));
    return readVocabulary({ path, name: "tokenizer.json", model: "BPE", lowercase: false });
  };

  test("that is sound is read", async () => expect(Object.keys((await read(sound)).model.vocab)).toContain("a"));

  test.each<[string, object]>([
    [
      "an expression that may take forever",
      { ...sound, pre_tokenizer: { type: "Split", pattern: { Regex: "(a+)+$" } } },
    ],
    [
      "an expression deep in sequences",
      {
        ...sound,
        pre_tokenizer: {
          type: "Sequence",
          pretokenizers: [{ type: "Sequence", pretokenizers: [{ type: "Split", pattern: { Regex: "(a|a)*b" } }] }],
        },
      },
    ],
    ["a part that nobody knows", { ...sound, normalizer: { type: "Shell" } }],
    ["a part that is no object", { ...sound, normalizer: { type: "Sequence", normalizers: [7] } }],
    ["a sequence of nothing", { ...sound, decoder: { type: "Sequence" } }],
    ["ids that are no numbers", { ...sound, model: { ...sound.model, vocab: { a: "x" } } }],
    ["ids beyond every vocabulary", { ...sound, model: { ...sound.model, vocab: { a: 2 ** 40 } } }],
    ["merges that are none", { ...sound, model: { ...sound.model, merges: [["a"]] } }],
    ["tokens without a text", { ...sound, added_tokens: [{ id: 1 }] }],
    [
      "nested thousands deep",
      {
        ...sound,
        decoder: JSON.parse(`${'{"type":"Sequence","decoders":['.repeat(500)}${"]}".repeat(500)}`) as object,
      },
    ],
  ])("with %s is refused", async (_, document) => {
    await expect(read(document)).rejects.toMatchObject({
      name: "UserError",
      kind: "data",
      message: expect.stringContaining("tokenizer.json"),
    });
  });
});

describe("what is not a regular file is neither read nor waited for:", () => {
  test.each(["a device", "a pipe", "a link to itself", "a folder"])("%s", async (kind) => {
    const folder = await newFolder();
    const path = kind === "a folder" ? folder : join(folder, "it.csv");
    if (kind === "a device") symlinkSync("/dev/zero", path);
    if (kind === "a pipe") execFileSync("mkfifo", [path]);
    if (kind === "a link to itself") symlinkSync("it.csv", path);
    expect(createNodeHost().readFile(path)).toBeUndefined();
    await expect(readText(path)).rejects.toMatchObject({ name: "UserError" });
    await expect(readSafetensors(path)).rejects.toMatchObject({ name: "UserError" });
    await expect(readVocabulary({ path, name: "it", model: "BPE", lowercase: false })).rejects.toMatchObject({
      name: "UserError",
    });
    if (kind !== "a folder")
      await expect(readTable({ path, name: "it.csv" })).rejects.toMatchObject({ name: "UserError" });
  });
});

test("JSON thousands deep is a bad row", async () => {
  const path = join(await newFolder(), "rows.jsonl");
  writeFileSync(path, `{"a": ${"[".repeat(4000)}${"]".repeat(4000)}}\n{"a": [[1]]}\n`);
  const { rows, problems } = await readTable({ path, name: "rows.jsonl" });
  expect([rows.length, problems]).toEqual([
    1,
    [expect.objectContaining({ row: 1, reason: expect.stringMatching(/nested on more than 100 levels/) })],
  ]);
});

test("an array whose sizes are no numbers of rows is no .npy file", () => {
  const npy = (shape: string) => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
    return Buffer.concat([
      Buffer.from("\u0093NUMPY\u0001\u0000", "latin1"),
      Buffer.from([118, 0]),
      Buffer.from(`${header}\n`),
      Buffer.alloc(64),
    ]);
  };
  expect(readNpy(npy("2, 3")).shape).toEqual([2, 3]);
  for (const shape of ["1.5", "-2, 3", "1e400", "x", "9007199254740993, 2"])
    expect(() => readNpy(npy(shape))).toThrow("it is");
});
