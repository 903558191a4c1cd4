import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { globFiles } from "../../runtime/data/files/glob-files.ts";

let folder = "";
const files = [
  "data/a.csv",
  "data/b.csv",
  "data/c.txt",
  "data/2020/a.csv",
  "data/2020/deep/a.csv",
  "data/.hidden.csv",
  "data/.git/x.csv",
  "other/a.csv",
  "part-1.csv",
  "part-12.csv",
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mtl-glob-"));
  for (const file of [...files, `data/${"a".repeat(250)}`]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  symlinkSync(folder, join(folder, "data/around"));
  symlinkSync(join(folder, "data/a.csv"), join(folder, "linked.csv"));
  symlinkSync(join(folder, "nowhere"), join(folder, "broken.csv"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("files of a pattern", () => {
  test.each([
    ["data/*.csv", ["data/a.csv", "data/b.csv"]],
    ["./data/../data/[ab].csv", ["data/a.csv", "data/b.csv"]],
    ["*/a.csv", ["data/a.csv", "other/a.csv"]],
    ["other/**", ["other/a.csv"]],
    ["data/20??/**/*.csv", ["data/2020/a.csv", "data/2020/deep/a.csv"]],
    ["{data,other}/{a,c}.*", ["data/a.csv", "data/c.txt", "other/a.csv"]],
    ["part-{1..12}.csv", ["part-1.csv", "part-12.csv"]],
    ["part-{1..2}.csv", ["part-1.csv"]],
    ["data/.*.csv", ["data/.hidden.csv"]],
    ["*.csv", ["linked.csv", "part-1.csv", "part-12.csv"]],
    ["nothing/*.csv", []],
  ])("%s", async (pattern, expected) => {
    expect(await globFiles(pattern, folder)).toEqual(expected);
  });

  test("links are followed, round a loop once", async () => {
    const found = await globFiles("**/2020/a.csv", folder);
    expect(found).toEqual(["data/2020/a.csv"]);
  });

  test("a pattern of many stars is no slower than one of few", async () => {
    expect(await globFiles(`data/${"*a".repeat(60)}*b`, folder)).toEqual([]);
  });

  test("a pattern that leads through too many names is refused", async () => {
    await expect(globFiles("**/*.csv", folder, 5)).rejects.toThrow('The pattern "**/*.csv" visits more than 5 files');
  });
});
