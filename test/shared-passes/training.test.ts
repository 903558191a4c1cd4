import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Program } from "../../compiler/program.ts";
import { readModel } from "../../runtime/checkpoint/checkpoint.ts";
import { type OpenedData, openData } from "../../runtime/data/open-data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { generator } from "../../runtime/random/generator.ts";
import { UserError } from "../../runtime/user-error.ts";
import { sound } from "../elaborate/harness.ts";
import { newFolder, outcome, run, snapshots } from "../trainer/tiny-run.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-shared-"));
const rows = 40;

/** Rows of which some lack a label of one task or another. */
function writeRows(): void {
  const random = generator(1, "shared passes");
  const all = Array.from({ length: rows }, (_, row) => {
    const x = [random.normal(), random.normal(), random.normal()];
    const [first = 0, second = 0] = x;
    return {
      x,
      words: ["red fox", "blue whale", "old red barn and a green field"][row % 3],
      split: row % 4 === 3 ? "validation" : "train",
      ...(row % 5 === 0 ? {} : { kind: first > 0 ? "right" : "left" }),
      ...(row % 3 === 0 ? {} : { size: 3 + 2 * first - second }),
      tags: [...(second > 0 ? ["up"] : []), ...(first > second ? ["far"] : [])],
    };
  });
  for (const split of ["train", "validation"]) {
    const lines = all.filter((row) => row.split === split).map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(join(root, `${split}.jsonl`), lines.join(""));
  }
}

const specification = (stage: string, dropout = 0): string => `model shared
modality x: tensor(3)
modality words: text(max_length: 32, tokenizer: characters(size: 40), buckets: [10])
stream seen = (x -> linear(8) -> gelu -> dropout(${dropout}%)) + (words -> embed(8) -> mean)
task kind { from: seen  head: linear(2)  target: category("kind", classes: 2) }
task size { from: seen  head: linear(1)  target: number("size")  weight: 0.5 }
task tags { from: seen  head: linear(2)  target: labels("tags", classes: 2) }
dataset rows { path: { train: "train.jsonl", validation: "validation.jsonl" }  tasks: all }
stage warm { optimizer: adam(rate: 1e-2)  batch: 30  steps: 2 }
stage fit { optimizer: adam(rate: 1e-2)  ${stage}  checkpoint: checkpoint(every: 3) }
`;

let engine: Engine;
const opened: OpenedData[] = [];
beforeAll(async () => {
  writeRows();
  engine = await openEngine({ threads: 1 });
});
afterAll(async () => {
  for (const data of opened) await data.close();
  await engine.dispose();
});

async function dataOf(program: Program): Promise<OpenedData> {
  const data = await openData({ specification: program.specification, root, cache: "none" });
  opened.push(data);
  return data;
}

interface Logged {
  readonly step: number;
  readonly task?: string;
  readonly name: string;
  readonly value: number;
}

/** The values that a training logs, by step, task and name. */
async function logged(text: string): Promise<ReadonlyMap<string, number>> {
  const program = sound(text);
  const folder = await newFolder();
  await run({ folder, program, engine, data: await dataOf(program) });
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
  return new Map(
    lines
      .map((line) => JSON.parse(line) as Logged)
      .map((each) => [
        `${each.step} ${each.task ?? ""} ${each.name} ${JSON.stringify(each)}`.split(" {")[0] ?? "",
        each.value,
      ]),
  );
}

describe.each([
  "",
  "clip: 0.5",
  "accumulate: 2",
  "balance: homoscedastic(rate: 0.1)",
  "balance: dwa  epochs: 5",
  "balance: random_loss_weighting  log: gradients",
  "balance: famo(rate: 0.1)",
  "balance: famo(losses: next_batch, rate: 0.1)",
  "balance: stch(mu: 0.3)",
  "balance: stch(mu: 0.3, warmup: 2)  clip: 0.5",
  "balance: homoscedastic  accumulate: 2",
  "balance: famo  accumulate: 2",
  "balance: pcgrad",
  "balance: gradnorm",
  "log: gradients",
  "average: exponential(decay: 0.9)",
  'freeze: "seen.linear.**"',
])("training on shared rows with %s", (option) => {
  test("is training on own rows where a step has all rows", async () => {
    await expectSame(
      (of) => `step: joint(rows: ${of})  batch: 30  ${option.includes("epochs") ? "" : "steps: 5"}  ${option}`,
    );
  });
});

test("a step of one of the tasks that share rows passes over those without its label", async () => {
  await expectSame((of) => `step: joint(tasks: 1, rows: ${of})  sampler: uniform  batch: 30  steps: 12`);
});

/** Checks that a training on shared rows logs what one on own rows logs. */
async function expectSame(stage: (of: string) => string): Promise<void> {
  const [shared, own] = [await logged(specification(stage("shared"))), await logged(specification(stage("own")))];
  expect([...shared.keys()].toSorted()).toEqual([...own.keys()].toSorted());
  for (const [name, value] of own) {
    // Rows that are used are counted by each task's own order.
    if (name.includes("seconds")) continue;
    const found = shared.get(name) ?? Number.NaN;
    if (!Number.isNaN(value)) expect(Math.abs(found - value), name).toBeLessThan(2e-4 * Math.max(1, Math.abs(value)));
  }
}

describe.each([
  "step: joint",
  "step: joint  balance: pcgrad  accumulate: 2",
  "step: joint  balance: famo(losses: next_batch)",
  "step: joint  balance: stch(warmup: 1)",
  "step: joint  balance: pcgrad(of: representation)  clip: 0.5",
  "step: joint  balance: gradnorm(of: representation)",
  "step: joint(tasks: 2)  sampler: uniform",
])("training with %s", (step) => {
  const text = specification(`${step}  batch: 7  epochs: 3`, 25);

  test("is resumed to the same bits", async () => {
    const program = sound(text);
    const data = await dataOf(program);
    const whole = await newFolder();
    await run({ folder: whole, program, engine, data });
    const folder = await newFolder();
    const interrupt = new AbortController();
    const observer = { onStep: ({ step: at }: { readonly step: number }) => at === 4 && interrupt.abort() };
    await expect(run({ folder, program, engine, data, observer, interrupt: interrupt.signal })).rejects.toThrow(
      UserError,
    );
    await run({ folder, program, engine, data });
    expect(await outcome(folder)).toEqual(await outcome(whole));
  });
});

describe.each(["joint", "joint(rows: own)", "joint(tasks: 3)"])("a task that leaves steps that are %s", (step) => {
  /** Full batches and plain gradient descent, so that a stage continues where the one before ended. */
  const training = (stages: string) => specification("steps: 1").split("stage warm")[0] + stages;
  const options = `optimizer: sgd(rate: 5e-2)  step: ${step}  batch: 30  checkpoint: checkpoint(every: 3)`;

  test("leaves the training of the other tasks, over the graph that they share", async () => {
    const program = sound(
      training(
        `stage fit { ${options}  steps: 14  early_stop: early_stop("size.loss", patience: 1, least: 100, tasks: each) }`,
      ),
    );
    const folder = await newFolder();
    const { copies, observer } = snapshots(folder);
    const data = await dataOf(program);
    await run({ folder, program, engine, data, observer });
    for (const copy of copies) {
      await run({ folder: copy, program, engine, data });
      expect(await outcome(copy)).toEqual(await outcome(folder));
    }

    const apart = sound(
      training(
        `stage fit { ${options}  steps: 6 }  stage others { tasks: [kind, tags]  ${options.replace("tasks: 3", "tasks: 2")}  steps: 8 }`,
      ),
    );
    const other = await newFolder();
    await run({ folder: other, program: apart, engine, data: await dataOf(apart) });
    const [found, expected] = await Promise.all(
      [folder, other].map((path) => readModel(join(path, "checkpoints", "step-000014"))),
    );
    expect(found?.size).toBeGreaterThan(6);
    for (const [name, { data: values }] of found ?? [])
      for (const [index, value] of values.entries())
        expect(Math.abs(value - (expected?.get(name)?.data[index] ?? Number.NaN)), name).toBeLessThan(1e-5);
  });

  test("leaves the last task the factor of its balance", async () => {
    const own = (tasks: string) => `${options.replace("tasks: 3", "tasks: 2")}  tasks: ${tasks}`;
    const ended = async (stages: string) => {
      const text = training(`stage first { tasks: [size]  optimizer: sgd(rate: 0)  steps: 1 }\n${stages}`);
      const [folder, program] = [await newFolder(), sound(text)];
      await run({ folder, program, engine, data: await dataOf(program) });
      return readModel(join(folder, "checkpoints", "step-000013"));
    };
    const balance = "balance: homoscedastic(initial: 1, rate: 0)";
    const found = await ended(
      `stage fit { ${own("[kind, tags]")}  ${balance}  steps: 12  early_stop: early_stop("kind.loss", patience: 1, least: 100, tasks: each) }`,
    );
    const expected = await ended(
      `stage fit { ${own("[kind, tags]")}  ${balance}  steps: 6 }
       stage alone { ${own("[tags]").replace(`step: ${step.replace("tasks: 3", "tasks: 2")}`, "step: one_task")}  ${balance}  steps: 6 }`,
    );
    expect(found.size).toBeGreaterThan(4);
    for (const [name, { data: values }] of found)
      for (const [index, value] of values.entries())
        expect(Math.abs(value - (expected.get(name)?.data[index] ?? Number.NaN)), name).toBeLessThan(1e-5);
  });
});

test("an epoch of shared rows sees each row once, and each task the rows that have its label", async () => {
  const program = sound(specification("step: joint  batch: 7  epochs: 1"));
  const data = await dataOf(program);
  const shared = data.shared?.(["kind", "size", "tags"]);
  expect(shared?.rows("train")).toBe(30);
  const seen = Array.from({ length: 30 }, (_, row) => shared?.positionOf("size", "train", row)).filter(
    (position) => position !== undefined,
  );
  expect(seen).toEqual(Array.from({ length: data.rows("size", "train") }, (_, position) => position));
});
