import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { readModel } from "../../runtime/checkpoint/checkpoint.ts";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { paddedRows } from "../../runtime/train/supply/padded-rows.ts";
import { type ReadRow, tinyData } from "./tiny-data.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, run } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const rows = { kind: { train: 24, validation: 0, test: 0 }, size: { train: 24, validation: 0, test: 0 } };
const plain = {
  optimizer: { kind: "sgd", rate: 0.1 },
  schedule: { kind: "constant", warmup: { unit: "steps", value: 0 } },
  steps: 1,
} as const;

async function trained(options: Partial<ResolvedStage>, data: Data) {
  const folder = await newFolder();
  const losses: number[] = [];
  const { last } = await run({
    folder,
    engine,
    program: tinyProgram([stage({ ...plain, ...options })]),
    data,
    observer: { onStep: ({ loss }) => losses.push(loss) },
  });
  const checkpoints = new CheckpointFolder(join(folder, "checkpoints"));
  return { losses, weights: await readModel(checkpoints.folderOf(last)), state: (await checkpoints.read(last)).state };
}

/** Data whose training rows are some of those of another. */
function only(data: Data, task: string, chosen: readonly number[]): Data {
  return {
    ...data,
    rows: (name, split) => (split !== "train" ? 0 : name === task ? chosen.length : 0),
    batch: (request) => data.batch({ ...request, rows: request.rows.map((row) => chosen[row] ?? 0) }),
  };
}

describe("a mixed step", () => {
  const mixed = { step: { kind: "mixed" }, sampler: { kind: "weights", of: { kind: 1, size: 3 } }, batch: 16 } as const;

  test("goes down the mean, over the tasks that are there, of each one's mean loss", async () => {
    const read: ReadRow[] = [];
    const together = await trained(
      mixed,
      tinyData(rows, (row) => read.push(row)),
    );
    const start = await trained({ ...mixed, optimizer: { kind: "sgd", rate: 0 } }, tinyData(rows));
    const rowsOf = (task: string) => read.filter((each) => each.task === task).map(({ row }) => row);
    expect(rowsOf("kind").length + rowsOf("size").length).toBe(16);
    expect(rowsOf("kind").length).toBeGreaterThan(0);
    expect(rowsOf("size").length).toBeGreaterThan(rowsOf("kind").length);
    const [kind, size] = await Promise.all(
      ["kind", "size"].map((task) =>
        trained({ tasks: [task], batch: rowsOf(task).length }, only(tinyData(rows), task, rowsOf(task))),
      ),
    );
    expect(together.losses[0]).toBeCloseTo(((kind?.losses[0] ?? NaN) + (size?.losses[0] ?? NaN)) / 2, 5);
    for (const [name, { data }] of together.weights) {
      if (!name.startsWith("state/")) {
        const before = start.weights.get(name)?.data ?? [];
        const moved = (of: typeof kind) =>
          Array.from(before, (value, at) => (of?.weights.get(name)?.data[at] ?? value) - value);
        const [one, other] = [moved(kind), moved(size)];
        for (const [at, value] of data.entries())
          expect(value - (before[at] ?? NaN)).toBeCloseTo(((one[at] ?? NaN) + (other[at] ?? NaN)) / 2, 6);
      }
    }
  });

  test("of which a task is absent leaves that task's own weights and their counts alone", async () => {
    const { state } = await trained(
      { ...mixed, sampler: { kind: "weights", of: { kind: 0, size: 1 } }, steps: 3 },
      tinyData(rows),
    );
    expect(state.updates).toEqual({ "kind+size": 3, size: 3 });
  });

  test("of shuffled rows has every row once an epoch", async () => {
    const read: ReadRow[] = [];
    const { losses } = await trained(
      { ...mixed, sampler: { kind: "shuffled" }, steps: 3 },
      tinyData(rows, (row) => read.push(row)),
    );
    expect(losses).toHaveLength(3);
    expect(new Set(read.map(({ task, row }) => `${task} ${row}`)).size).toBe(48);
    expect(read).toHaveLength(48);
  });

  test("goes on with a task's next epoch where its rows are used up", async () => {
    const { state } = await trained(
      { ...mixed, sampler: { kind: "weights", of: { kind: 1, size: 0 } }, batch: 32, steps: 2 },
      tinyData({ ...rows, kind: { train: 5, validation: 0, test: 0 } }),
    );
    expect(state.supplies["kind"]).toEqual({ epoch: 12, cursor: 4 });
  });

  test("is padded to few sizes", () => {
    expect([1, 4, 5, 9, 17, 32].map((count) => paddedRows(count, 32))).toEqual([4, 4, 8, 16, 32, 32]);
    expect([1, 2, 3].map((count) => paddedRows(count, 3))).toEqual([1, 2, 3]);
  });
});

describe("uncertain rows", () => {
  const uncertain = {
    step: { kind: "mixed" },
    sampler: { kind: "uncertainty", candidates: 6, score: "code", proxy: { size: "kind" } },
    batch: 4,
    steps: 6,
  } as const;

  /** Rows that were read, by the candidates and by the steps. */
  async function readRows(
    data: (onRead: (row: ReadRow) => void) => Data,
    options: Partial<ResolvedStage> = {},
  ): Promise<readonly ReadRow[]> {
    const read: ReadRow[] = [];
    await trained(
      { ...uncertain, ...options },
      data((row) => read.push(row)),
    );
    return read;
  }
  const usual = (onRead: (row: ReadRow) => void) => tinyData(rows, onRead);

  test("are candidates of every task, of which a batch trains", async () => {
    const read = await readRows(usual);
    expect(read).toHaveLength(6 * (6 + 6 + 4));
    for (let step = 0; step < 6; step++) {
      const [candidates, chosen] = [read.slice(step * 16, step * 16 + 12), read.slice(step * 16 + 12, step * 16 + 16)];
      for (const row of chosen) expect(candidates).toContainEqual(row);
    }
  });

  test("do not depend on any label", async () => {
    const still = { optimizer: { kind: "sgd", rate: 0 } } as const;
    const relabelled = (onRead: (row: ReadRow) => void): Data => {
      const data = usual(onRead);
      const batch: Data["batch"] = async (request) => {
        const given = await data.batch(request);
        return {
          ...given,
          features: new Map(
            [...given.features].map(([name, values]) => [
              name,
              name.endsWith(".target") ? values.map(() => 1) : values,
            ]),
          ),
        };
      };
      return { ...data, batch };
    };
    expect(await readRows(relabelled, still)).toEqual(await readRows(usual, still));
  });
});
