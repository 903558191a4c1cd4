import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type SearchResult, resumeSearch, search, train, writeSearchReport } from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

let root: string;
let whole: SearchResult;

/** Two trials that pause after one and two validations of four, and then the better one to its end. */
const settings = (runs: string) => ({
  specification: join(root, "colours.mtl"),
  over: "fit.optimizer.rate=1e-3..1e-1 log, width=8..16 step 4",
  trials: 2,
  method: "halving" as const,
  factor: 2,
  set: { "fit.checkpoint.every": "2" },
  steps: 8,
  runs: join(root, runs),
  threads: 1,
  interrupt: new AbortController().signal,
});

beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
  whole = await search(settings("whole"));
});

const weightsOf = (...path: readonly string[]) => readFileSync(join(root, ...path, "model", "model.safetensors"));

test("the best trial was trained to its end, and has the bits of a run with its values that did not pause", async () => {
  const { best, trials } = whole;
  expect(trials.map(({ state, validations }) => [state, validations])).toEqual([
    ["finished", 4],
    ["paused", 1],
  ]);
  const { folder } = await train({
    specification: join(root, "colours.mtl"),
    set: { "fit.checkpoint.every": "2", ...best?.values },
    steps: 8,
    runs: join(root, "alone"),
    threads: 1,
  });
  expect(weightsOf("whole", best?.run ?? "").equals(readFileSync(join(folder, "model", "model.safetensors")))).toBe(
    true,
  );
});

test("interrupted within a trial, a search continues to the same trials and weights", async () => {
  const controller = new AbortController();
  let validations = 0;
  const cut = search({
    ...settings("cut"),
    interrupt: controller.signal,
    observer: {
      onTrial: ({ state, validations: count }) => {
        // The second trial has been validated, and is not paused yet.
        if (state === "training" && count > 0 && ++validations === 2) controller.abort();
      },
    },
  });
  const file = join(root, "cut", "colours-search-0001.json");
  await expect(cut).rejects.toMatchObject({ kind: "interrupted", help: expect.stringContaining(file) });
  const ended = await resumeSearch(file, { interrupt: new AbortController().signal });
  expect(ended.trials).toEqual(whole.trials);
  const best = whole.best?.run ?? "";
  expect(weightsOf("cut", best).equals(weightsOf("whole", best))).toBe(true);
});

test.each([
  ["width=8..16, fit.optimizer.rat=1..2", "specification", 'adamw has no option "rat"'],
  ["widht=8..16", "specification", 'no param "widht"'],
  ["width=0.5..8.5", "usage", '"width" takes whole numbers'],
  ["fit.sampler=1..2", "usage", '"fit.sampler" takes no number'],
  ["fit.sampler=uniform|unifrom", "specification", "With fit.sampler=unifrom"],
  ["fit.clip=-1..1", "specification", "With fit.clip=-1"],
  ["width=8..16, width=3|4", "usage", '"width" twice'],
  ["width", "usage", '"width" is no dimension'],
])("--over %j is refused before anything is trained", async (over, kind, message) => {
  await expect(search({ ...settings("refused"), over })).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(message),
  });
});

test("a search whose specification or data has changed is not resumed", async () => {
  const entry = join(root, "colours.mtl");
  const text = readFileSync(entry, "utf8");
  writeSmallModel(root, "clip: 1.0");
  await expect(resumeSearch(whole.file)).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("has changed since the search began"),
  });
  writeSmallModel(root);
  expect(readFileSync(entry, "utf8")).toBe(text);
  const samples = join(root, "samples.jsonl");
  const rows = readFileSync(samples, "utf8");
  writeFileSync(samples, rows.replace("red", "crimson"));
  await expect(resumeSearch(whole.file)).rejects.toMatchObject({ kind: "data" });
  writeFileSync(samples, rows);
});

test("a search that is resumed with more trials keeps those that it has", async () => {
  const values = new Map(whole.trials.map(({ number, values }) => [number, values]));
  const { trials } = await resumeSearch(whole.file, { trials: 3 });
  expect(trials).toHaveLength(3);
  for (const [number, before] of values)
    expect(trials.find((trial) => trial.number === number)?.values).toEqual(before);
  expect(trials.find(({ number }) => number === 3)?.state).not.toBe("waiting");
});

test("the report of a search has its trials, a picture of their values and one of their scores, and no script", async () => {
  const html = readFileSync(await writeSearchReport(whole.file), "utf8");
  for (const { run } of whole.trials) expect(html).toContain(`<td>${run ?? ""}</td>`);
  expect(html.match(/<svg role="img"/g)).toHaveLength(2);
  for (const tick of ["0.001", "0.1", "8", "12", "16"]) expect(html).toContain(`>${tick}</text>`);
  expect(html).not.toMatch(/<script|src="http/);
});
