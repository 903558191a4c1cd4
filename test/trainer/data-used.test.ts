import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { type LoggedValue, readMetrics } from "../../runtime/run/metrics-log.ts";
import { UsedRows } from "../../runtime/train/supply/used-rows.ts";
import { type ReadRow, tinyData } from "./tiny-data.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, run } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const rows = { kind: { train: 24, validation: 0, test: 0 }, size: { train: 24, validation: 0, test: 0 } };

/** The values that a stage logs about the data that it has used, and the training rows that it reads. */
async function used(
  options: Partial<ResolvedStage>,
): Promise<{ readonly logged: readonly LoggedValue[]; readonly read: readonly ReadRow[] }> {
  const [folder, read] = [await newFolder(), [] as ReadRow[]];
  await run({ folder, engine, program: tinyProgram([stage(options)]), data: tinyData(rows, (row) => read.push(row)) });
  const logged: LoggedValue[] = [];
  for await (const event of readMetrics(join(folder, "metrics.jsonl")))
    if (event.name === "data_used") logged.push(event);
  return { logged, read };
}

const last = (logged: readonly LoggedValue[], task: string) => logged.findLast((event) => event.task === task)?.value;
const distinct = (read: readonly ReadRow[], task: string) =>
  new Set(read.filter((each) => each.task === task).map(({ row }) => row)).size / 24;

const kinds: { readonly [name: string]: Partial<ResolvedStage> } = {
  "of one task": { sampler: { kind: "weights", of: { kind: 3, size: 1 } }, batch: 5, steps: 5 },
  "of several batches": { accumulate: 2, batch: 4, steps: 4 },
  "of every task": { step: { kind: "joint" }, batch: 5, steps: 3 },
  "of mixed rows": {
    step: { kind: "mixed" },
    sampler: { kind: "weights", of: { kind: 1, size: 3 } },
    batch: 8,
    steps: 6,
  },
};

describe("the share of a task's rows that has been trained on", () => {
  test.each(Object.entries(kinds))("counts each row of steps %s once", async (_, options) => {
    const { logged, read } = await used(options);
    for (const task of ["kind", "size"]) expect(last(logged, task)).toBe(distinct(read, task));
    expect(logged.every(({ value }) => value !== null && value <= 1)).toBe(true);
  });

  test("does not count candidates that were not chosen", async () => {
    const { logged, read } = await used({
      step: { kind: "mixed" },
      sampler: { kind: "uncertainty", candidates: 6, score: "code", proxy: { size: "kind" } },
      batch: 4,
      steps: 6,
    });
    // In each step 6 candidates of both tasks are read, then the 4 that are chosen.
    const chosen = read.filter((_each, index) => index % 16 >= 12);
    for (const task of ["kind", "size"]) expect(last(logged, task)).toBe(distinct(chosen, task));
    expect(distinct(chosen, "kind") + distinct(chosen, "size")).toBeLessThan(
      distinct(read, "kind") + distinct(read, "size"),
    );
  });

  test("grows to all of an epoch, at each validation", async () => {
    const { logged } = await used({
      tasks: ["kind"],
      batch: 6,
      epochs: 2,
      checkpoint: { kind: "checkpoint", every: { unit: "steps", value: 2 }, keep: 2, keep_best: true, best: "auto" },
    });
    expect(logged.map(({ step, value }) => [step, value])).toEqual([
      [2, 0.5],
      [4, 1],
      [6, 1],
      [8, 1],
    ]);
  });
});

test("used rows survive a checkpoint", () => {
  const [before, after] = [new UsedRows(20), new UsedRows(20)];
  before.add([0, 7, 8, 19, 7]);
  after.restore(before.state());
  expect([before.share, after.share]).toEqual([0.2, 0.2]);
  after.add([8, 9]);
  expect(after.share).toBe(0.25);
});
