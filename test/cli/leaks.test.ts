import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DataStats } from "../../runtime/data/stats/data-stats.ts";
import { folderWith, mtl } from "./run.ts";

const specification = `model reviews

modality words: text(max_length: 8, tokenizer: characters(40))
modality photo: image(2, 2, 1)

task mood { from: mean(words -> embed(4))  head: linear(2)  target: category("mood", classes: 2) }
task tone { from: mean(words -> embed(4))  head: linear(2)  target: category("tone", classes: 2) }
task shown { from: mean(photo -> patches(1) -> linear(4)) + mean(words -> embed(4))  head: linear(2)  target: category("shown", classes: 2) }

dataset moods { path: "moods.jsonl"  split: { column: "set" }  tasks: [mood] }
dataset tones { path: "tones.jsonl"  split: { column: "set" }  tasks: [tone] }
dataset shots { path: "shots.jsonl"  split: { column: "set" }  tasks: [shown] }

stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;

const picture = (width: number) =>
  `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='4'/>`;
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");

const tones = [
  { set: "train", words: "only here", tone: "low" },
  { set: "train", words: "seen by tone", tone: "high" },
  { set: "test", words: "new", tone: "low" },
];
const shots = [
  { set: "train", words: "same words", photo: picture(3), shown: "cat" },
  { set: "train", words: "other", photo: picture(5), shown: "dog" },
  // Another picture with the same words is another input, and so are other words with the same picture.
  { set: "test", words: "same words", photo: picture(5), shown: "cat" },
  { set: "validation", words: "other", photo: picture(5), shown: "cat" },
];

async function leaksOf(
  moods: readonly object[],
): Promise<{ readonly leaks: DataStats["leaks"]; readonly code: number; readonly text: string }> {
  const cwd = folderWith({
    "a.mtl": specification,
    "moods.jsonl": lines(moods),
    "tones.jsonl": lines(tones),
    "shots.jsonl": lines(shots),
  });
  const { stdout } = await mtl(["data", "stats", "a.mtl", "--json"], { cwd });
  const { code, stdout: text } = await mtl(["data", "stats", "a.mtl", "--strict"], { cwd });
  return { leaks: (JSON.parse(stdout) as DataStats).leaks, code, text };
}

test("inputs that also occur in training are counted by split, task and kind of match, with an example", async () => {
  const { leaks, code, text } = await leaksOf([
    { set: "train", words: "good day", mood: "up" },
    { set: "train", words: "bad day", mood: "down" },
    // The target differs, the input does not.
    { set: "test", words: "good day", mood: "down" },
    { set: "test", words: "good day", mood: "up" },
    { set: "test", words: " Bad  day", mood: "down" },
    { set: "test", words: "seen by tone", mood: "up" },
    { set: "test", words: "quite new", mood: "up" },
    { set: "validation", words: "same words", mood: "up" },
  ]);
  const short = leaks.map(({ task, split, trained, same, rows, of, first }) => [
    `${split} of ${task}`,
    trained,
    same,
    rows,
    of,
    `${first.evaluated.file}:${first.evaluated.row}`,
    `${first.trained.file}:${first.trained.row}`,
  ]);
  expect(short).toEqual([
    ["test of mood", "mood", "content", 2, 5, "moods.jsonl:3", "moods.jsonl:1"],
    ["test of mood", "mood", "text", 1, 5, "moods.jsonl:5", "moods.jsonl:2"],
    ["test of mood", "tone", "content", 1, 5, "moods.jsonl:6", "tones.jsonl:2"],
    // `shown` reads the words and also a picture, so an input of words alone is part of one of its inputs.
    ["validation of mood", "shown", "content", 1, 1, "moods.jsonl:8", "shots.jsonl:1"],
    ["validation of shown", "shown", "content", 1, 1, "shots.jsonl:4", "shots.jsonl:2"],
  ]);
  expect(code).toBe(4);
  expect(text).toContain("moods.jsonl:3 is moods.jsonl:1");
});

test("moods without a leak are not reported", async () => {
  const { leaks } = await leaksOf([
    { set: "train", words: "good day", mood: "up" },
    { set: "train", words: "bad day", mood: "down" },
    { set: "test", words: "goodday", mood: "down" },
  ]);
  expect(leaks.map(({ task }) => task)).toEqual(["shown"]);
});

describe("a training begins with a note on leaks", () => {
  const clean = [
    { set: "train", words: "good day", mood: "up" },
    { set: "train", words: "bad day", mood: "down" },
    { set: "test", words: "quite new", mood: "up" },
  ];
  const trained = async (shown: readonly object[], flags: readonly string[] = []) => {
    const cwd = folderWith({
      "a.mtl": specification,
      "moods.jsonl": lines(clean),
      "tones.jsonl": lines(tones),
      "shots.jsonl": lines(shown),
    });
    const { code, stderr } = await mtl([...flags, "train", "a.mtl", "--steps", "1", "--name", "a"], { cwd });
    expect(code).toBe(0);
    return { stderr, log: readFileSync(join(cwd, "runs/a-0001/log.txt"), "utf8") };
  };

  test("the largest, how many more there are, and the command that lists them; the log has all", async () => {
    const twice = [...shots, { set: "test", words: " Other", photo: picture(5), shown: "cat" }];
    const { stderr, log } = await trained(twice);
    expect(stderr).toMatch(
      /^1 of 1 validation row of shown has the input of a training row, and there is 1 more leak: mtl data stats .*a\.mtl lists them\.$/m,
    );
    expect(log).toMatch(
      /1 of 2 test rows of shown has the input of a training row, up to case and spaces: shots\.jsonl:5 is shots\.jsonl:2\./,
    );
  });

  test("there is no note without leaks, and none on the terminal with --quiet", async () => {
    expect((await trained(shots.slice(0, 3))).stderr).not.toContain("has the input of");
    const quiet = await trained(shots, ["--quiet"]);
    expect(quiet.stderr).toBe("");
    expect(quiet.log).toContain("has the input of");
  });
});

test("the names that init writes have no leaks", async () => {
  const cwd = folderWith({});
  expect((await mtl(["init", "hello"], { cwd })).code).toBe(0);
  expect(await mtl(["data", "stats", "hello/names.mtl", "--strict"], { cwd })).toMatchObject({ code: 0 });
});
