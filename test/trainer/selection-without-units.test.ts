import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { evaluate, train } from "../../runtime/index.ts";
import { baselinesOf } from "../../runtime/train/phase/baselines.ts";
import { mtl } from "../cli/run.ts";
import { newFolder } from "./tiny-run.ts";

interface Row {
  readonly x: readonly number[];
  readonly y?: number | null;
  readonly k?: string | null;
}

const jsonl = (rows: readonly Row[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const row = (x: number): Row => ({ x: [x], y: 1000 * x, k: x > 0 ? "up" : "down" });
const many = Array.from({ length: 24 }, (_, index) => row(index - 11.5));

/** Numbers and classes of one input; `validation` is the text of a file. */
async function project(
  validation: string,
  { stage = "", files = ', validation: "validation.jsonl"', metrics = "rmse" } = {},
): Promise<string> {
  const root = await newFolder();
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "train.jsonl"), jsonl(many));
  writeFileSync(join(root, "test.jsonl"), jsonl(many.slice(0, 6)));
  writeFileSync(join(root, "validation.jsonl"), validation);
  writeFileSync(
    join(root, "model.mtl"),
    `model two
modality x: tensor([1])
task price { from: x  head: linear(1)  target: number("y")  metrics: [${metrics}] }
task kind { from: x  head: linear(2)  target: category("k", classes: 2)  metrics: [accuracy] }
dataset d { path: { train: "train.jsonl", test: "test.jsonl"${files} }  tasks: [price, kind] }
stage fit { optimizer: adam(rate: 0.05)  steps: 12  batch: 12  ${stage || "checkpoint: checkpoint(every: 3)"} }
`,
  );
  return join(root, "model.mtl");
}

const options = (specification: string) => ({
  specification,
  runs: join(specification, "..", "runs"),
  threads: 1,
  interrupt: new AbortController().signal,
});

async function noted(specification: string): Promise<{
  readonly notes: readonly string[];
  readonly folder: string;
  readonly scores: readonly (number | undefined)[];
  readonly best: readonly boolean[];
  readonly before: readonly string[];
}> {
  const [notes, scores, best]: [string[], (number | undefined)[], boolean[]] = [[], [], []];
  let before: readonly string[] | undefined;
  const { folder } = await train({
    ...options(specification),
    observer: {
      onNote: (note) => notes.push(note),
      onStep: () => (before ??= [...notes]),
      onValidation: (event) => scores.push(event.score) + best.push(event.best),
    },
  });
  return { notes, folder, scores, best, before: before ?? [] };
}

describe("baselines", () => {
  test("are what always predicting the same gets on the validation rows, and no correlation", async () => {
    const specification = await project(jsonl([row(-2), row(2), row(4)]), { metrics: "rmse, r2, pearson, spearman" });
    const { program } = compileFile(specification);
    const data = await openData({
      specification: program.specification,
      root: join(specification, ".."),
      cache: "none",
    });
    const found = await baselinesOf({
      tasks: Object.values(program.specification.tasks),
      specification: program.specification,
      data,
    });
    const mean = 0;
    const square = (2000 ** 2 + 2000 ** 2 + 4000 ** 2) / 3;
    expect(found.get("price.rmse")).toBeCloseTo(Math.sqrt(square), 6);
    const spread = [-2000, 2000, 4000].reduce((sum, each) => sum + (each - 4000 / 3) ** 2, 0) / 3;
    expect(found.get("price.r2")).toBeCloseTo(1 - square / spread, 9);
    expect([found.get("price.pearson"), found.get("price.spearman")]).toEqual([0, 0]);
    // The loss is in the unit of training, where the deviation of the training rows is 1.
    const variance = many.reduce((sum, { y }) => sum + ((y ?? 0) - mean) ** 2, 0) / many.length;
    expect(found.get("price.loss")).toBeCloseTo(square / variance, 6);
    expect(found.get("kind.accuracy")).toBeCloseTo(1 / 3, 6);
    expect(found.get("kind.loss")).toBeCloseTo(Math.log(2), 6);
    await data.close();
  });

  test("are undefined of a correlation with one row, whatever is predicted", async () => {
    const specification = await project(jsonl([row(2)]), { metrics: "spearman" });
    const { program } = compileFile(specification);
    const data = await openData({
      specification: program.specification,
      root: join(specification, ".."),
      cache: "none",
    });
    const found = await baselinesOf({
      tasks: Object.values(program.specification.tasks),
      specification: program.specification,
      data,
    });
    expect(found.get("price.spearman")).toBeNaN();
    await data.close();
  });
});

describe("a run", () => {
  test("is scored by how far each task is from its baseline to the best value, in the log as on the screen", async () => {
    const { folder, scores, best } = await noted(await project(jsonl([row(-2), row(2), row(4)])));
    const events = readFileSync(join(folder, "metrics.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ split }) => split === "validation");
    const valueOf = (step: number, task: string, name: string) =>
      events.find((each) => each.step === step && each.task === task && each.name === name)?.value;
    const baseline = Math.sqrt((2000 ** 2 + 2000 ** 2 + 4000 ** 2) / 3);
    for (const [index, step] of [3, 6, 9, 12].entries()) {
      const expected =
        (1 - valueOf(step, "price", "rmse") / baseline + (valueOf(step, "kind", "accuracy") - 1 / 3) / (2 / 3)) / 2;
      expect(scores[index]).toBeCloseTo(expected, 6);
      expect(events.find((each) => each.step === step && each.name === "score")).toMatchObject({
        task: null,
        value: scores[index],
      });
    }
    expect(best[0]).toBe(true);
  });

  test("goes on where one task is never defined, names it once, and has a best checkpoint by the others", async () => {
    const specification = await project(
      `${jsonl([row(2)])}${jsonl([
        { x: [-1], y: null, k: "down" },
        { x: [3], y: null, k: "up" },
      ])}`,
      { metrics: "spearman", stage: "checkpoint: checkpoint(every: 2)  early_stop: early_stop(patience: 8)" },
    );
    const { notes, scores, best, before } = await noted(specification);
    expect(before).toContainEqual(
      expect.stringContaining("price.spearman is undefined on the validation rows for every prediction"),
    );
    expect(notes.filter((note) => note.includes("price.spearman"))).toEqual([
      expect.stringContaining("is undefined on the validation rows"),
    ]);
    expect(scores).toHaveLength(6);
    expect(scores.every((score) => score !== undefined && Number.isFinite(score))).toBe(true);
    expect(best).toContain(true);
  });

  test("that has no validation rows says at its start what is void, and ends as it would have", async () => {
    const empty = await project("", {
      files: ', validation: "validation.jsonl"',
      stage: 'checkpoint: checkpoint(every: 6, best: "price.rmse")  early_stop: early_stop(patience: 1)',
    });
    writeFileSync(join(empty, "..", "validation.jsonl"), jsonl([{ x: [1], y: null, k: "up" }]));
    const { notes, folder } = await noted(empty);
    expect(notes).toContain(
      "The best checkpoint of stage fit will be the last one: no validation rows have price.rmse, by which it is chosen. Give their data sets a `split` with validation rows, or a file for them.",
    );
    expect(notes.join(" ")).not.toContain("cannot end early");
    expect(readFileSync(join(folder, "log.txt"), "utf8")).toContain("Saved step-000012");
  });

  test("whose early_stop has nothing to wait for says so", async () => {
    const { notes } = await noted(
      await project(jsonl([{ x: [1], y: null, k: "up" }]), { stage: 'early_stop: early_stop(metric: "price.rmse")' }),
    );
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^Stage fit cannot end early: no validation rows have price\.rmse, which early_stop waits for\./,
      ),
    );
    expect(notes).toContainEqual(
      expect.stringMatching(/^price\.rmse is not used to choose the best checkpoint of stage fit/),
    );
  });
});

describe("eval", () => {
  let folder: string;
  beforeAll(async () => {
    const specification = await project(jsonl([{ x: [1], y: null, k: "up" }]));
    ({ folder } = await train(options(specification)));
    writeFileSync(join(specification, "..", "test.jsonl"), jsonl([{ x: [1], y: null, k: null }]));
  });

  test("of a split of which one task has no rows measures the others and names it", async () => {
    const notes: string[] = [];
    const values = await evaluate(folder, "validation", { threads: 1, onNote: (note) => notes.push(note) });
    expect(values.map(({ task }) => task)).toEqual(["kind", "kind"]);
    expect(notes).toContain("No validation rows have a target of price; the other tasks are measured.");
  });

  test("of a split without rows fails, and says what would do", async () => {
    const { code, stderr } = await mtl(["eval", folder, "--split", "test", "--threads", "1"]);
    expect(code).toBe(4);
    expect(stderr).toContain("No test rows have a target of price or kind: there is nothing to measure.");
  });
});
