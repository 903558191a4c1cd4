import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { namedRuns } from "../../serving/models/named-runs.ts";
import { folderWith, mtl } from "../cli/run.ts";

const root = folderWith({ "a file": "text", "token.txt": "short", "good.txt": "0123456789abcdef" });
mkdirSync(join(root, "empty"));
mkdirSync(join(root, "a=b"));
afterAll(() => rm(root, { recursive: true, force: true }));

describe("mtl serve", () => {
  test.each([
    { what: "no run", words: [], message: /missing required argument 'runs'/u },
    {
      what: "a run that does not exist",
      words: ["none"],
      message: /none" is neither a run folder nor a model folder/u,
    },
    { what: "a file as a run", words: ["a file"], message: /is neither a run folder nor a model folder/u },
    { what: "a folder without a run", words: ["empty"], message: /is neither a run folder nor a model folder/u },
    { what: "a port that is none", words: ["empty", "--port", "70000"], message: /"70000" is no port/u },
    {
      what: "a folder of files that does not exist",
      words: ["empty", "--files", "none"],
      message: /There is no folder "none"/u,
    },
    {
      what: "a file as the folder of files",
      words: ["empty", "--files", "a file"],
      message: /There is no folder "a file"/u,
    },
    {
      what: "a token's file that does not exist",
      words: ["empty", "--token-file", "none"],
      message: /The file "none" cannot be read/u,
    },
    {
      what: "a folder as a token's file",
      words: ["empty", "--token-file", "empty"],
      message: /The file "empty" cannot be read/u,
    },
    {
      what: "a token that can be guessed",
      words: ["empty", "--token-file", "token.txt"],
      message: /fewer than 16 characters/u,
    },
    ...["*", "null", "app.example", "https://app.example/", "https://app.example:443"].map((origin) => ({
      what: `the origin ${origin}`,
      words: ["empty", "--cors", origin],
      message: /is no origin of pages/u,
    })),
    { what: "two runs of one name", words: ["x=empty", "x=none"], message: /Two models are called "x"/u },
    {
      what: "candidates of no run",
      words: ["x=empty", "--against", "y=none"],
      message: /It is not said which run ranks/u,
    },
  ])("refuses $what", async ({ words, message }) => {
    const { code, stderr } = await mtl(["serve", ...words], { cwd: root });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test("takes names of models before paths, and paths that have such signs", async () => {
    expect(await namedRuns(["x=empty", "a=b"], ["x=t.csv"], root)).toEqual([
      { name: "x", path: join(root, "empty"), against: join(root, "t.csv") },
      { name: "model", path: join(root, "a=b") },
    ]);
  });
});
