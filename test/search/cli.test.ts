import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { mtl } from "../cli/run.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

let root: string;
beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
});

const over = ["--over", "fit.optimizer.rate=1e-3..1e-1 log", "--steps", "4", "--set", "fit.checkpoint.every=2"];

test("mtl search prints a ranking, and the commands that come next", async () => {
  const { code, stdout, stderr } = await mtl(["search", "colours.mtl", ...over, "--trials", "1", "--by", "hue.loss"], {
    cwd: root,
  });
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^trial {2}hue\.loss {2}fit\.optimizer\.rate {2}validations/),
  ]);
  expect(stdout).toMatch(/\n {4}1 +\d\.\d{4} +0\.\d+ +2 {2}finished {2}colours-0001\n/);
  expect(stderr).toContain("mtl eval runs/colours-0001 --split test");
  expect(stderr).toMatch(/mtl train colours\.mtl .*--set fit\.optimizer\.rate=0\.\d+\n/);
  expect(existsSync(join(root, "runs/colours-search-0001.html"))).toBe(true);
  const listed = await mtl(["runs"], { cwd: root });
  expect(listed.stdout).toContain("random over 1 trial; the best is colours-0001");
  // A search that has ended is read, and nothing is trained again.
  const again = await mtl(["search", "--resume", "runs/colours-search-0001.json", "--json"], { cwd: root });
  expect(JSON.parse(again.stdout)).toMatchObject({
    measure: "hue.loss",
    best: { number: 1 },
    trials: [{ state: "finished", run: "colours-0001" }],
  });
});

test.each([
  [["search"], "There is no specification to search over."],
  [["search", "colours.mtl"], "There is nothing to search over."],
  [["search", "colours.mtl", ...over, "--resume", "x.json"], "a specification cannot be used with it"],
  [["search", "--resume", "x.json", "--seed", "2"], "--seed cannot be used with it"],
  [["search", "colours.mtl", ...over, "--export", "optuna"], "--output FILE.py"],
])("mtl %j is a usage error", async (argv, message) => {
  const { code, stderr } = await mtl(argv, { cwd: root });
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
