import { describe, expect, test } from "vitest";
import type { CheckedData } from "../../runtime/data/check-data.ts";
import { folderWith, mtl } from "./run.ts";

const rows = Array.from({ length: 30 }, (_, row) => `w${row},${row % 2 === 0 ? "up" : "down"}`);
const table = `words,mood\n${rows.join("\n")}\n`;
const model = (path: string, more = ""): string => `model moods

modality words: text(max_length: 8, tokenizer: characters(40))

task mood { from: mean(words -> embed(4))  head: linear(2)  target: category("mood", classes: ["up", "down"]) }

dataset moods { path: ${path}  tasks: [mood]${more} }
`;
const stage = "\nstage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }\n";

async function check(
  files: Record<string, string>,
  ...flags: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return mtl(["check", ...flags], { cwd: folderWith(files) });
}

describe("check --data", () => {
  test("counts the rows of each task, and finds nothing wrong where nothing is", async () => {
    for (const flags of [
      ["a.mtl", "--data"],
      ["--data", "a.mtl"],
    ]) {
      const { code, stderr } = await check(
        { "a.mtl": `${model('"moods.csv"')}${stage}`, "moods.csv": table },
        ...flags,
      );
      expect(code).toBe(0);
      expect(stderr).toMatch(/mood: \d+ train, \d+ validation, \d+ test rows\./);
      expect(stderr).not.toContain("was not read");
    }
  });

  test.each([
    ["a file that is not there", '"mood.csv"', "", "mood.csv"],
    [
      "a column that is mistyped",
      '"moods.csv"',
      '  columns: { words: "word" }',
      'moods.csv has no column "word"[^]*Did you mean "words"',
    ],
    ["a format that is not read", '"moods.xlsx"', "", "moods.xlsx has a format that is not supported"],
    ["data outside", '"../moods.csv"', "", "moods.csv"],
    [
      "too many bad rows",
      '"spoilt.csv"',
      "",
      '6 bad rows of 36[^]*spoilt.csv:32: column "mood": "sideways" is not one of the 2 classes',
    ],
  ])("finds %s, and no training is needed", async (_, path, more, said) => {
    const files = {
      "a.mtl": `${model(path, more)}${stage}`,
      "moods.csv": table,
      "moods.xlsx": "x",
      "spoilt.csv": `${table}${"w,sideways\n".repeat(6)}`,
    };
    const { code, stderr } = await check(files, "a.mtl", "--data", "--quiet");
    expect(code).toBe(4);
    expect(stderr).toMatch(new RegExp(said));
  });

  test("finds what is wrong with each data set, in JSON too", async () => {
    const two = `${model('"moods.csv"', '  columns: { words: "word" }')}${model('"more.csv"').slice(model("").indexOf("dataset")).replace("dataset moods", "dataset more")}${stage}`;
    const { code, stdout } = await check({ "a.mtl": two, "moods.csv": table }, "a.mtl", "--data", "--json");
    const { data } = JSON.parse(stdout) as { readonly data: CheckedData };
    expect([code, data.errors.map(({ message }) => message)]).toEqual([
      4,
      [expect.stringContaining('no column "word"'), expect.stringContaining('"more.csv"')],
    ]);
  });

  test("is not asked for by a check alone, which says so, and --quiet does not", async () => {
    const { code, stderr } = await check({ "a.mtl": `${model('"nowhere.csv"')}${stage}` }, "a.mtl");
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("Its data was not read: nowhere.csv. To read it too: mtl check a.mtl --data"),
    ]);
    expect((await check({ "a.mtl": `${model('"nowhere.csv"')}${stage}` }, "a.mtl", "--quiet")).stderr).toBe("");
  });
});
