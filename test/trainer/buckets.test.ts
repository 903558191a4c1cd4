import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GraphVariant, TextLengths } from "../../compiler/stage/plan.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import type { BatchRequest, Data, SharedData, Split } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { generator } from "../../runtime/random/generator.ts";
import type { Program } from "../../runtime/train/program.ts";
import { furthest, programOf } from "../mbt/support.ts";
import { newFolder, outcome, run, snapshots } from "./tiny-run.ts";

const batch = 4;
const epochs = 2;

const frozen = "freeze: [read, table]  with: { drop: 0% }";

/** A class of each text, and hidden tokens of it, over one encoder with dropout. */
const specification = (stage: string): string => `
  param drop = 20%
  modality words: text(max_length: 64, buckets: [16, 32], tokenizer: characters(20))
  layer table = embed(8)
  stream read = words -> table -> positions -> transformer(layers: 1, heads: 2, dropout: drop)
  task kind { from: read  head: mean -> linear(3)  target: category("kind", classes: 3) }
  task hidden { from: masked_positions(words) -> embed(8) -> cross_attend(read, heads: 2)  head: tied(table)  target: masked(words, rate: 30%) }
  dataset d { path: "d.jsonl"  split: { column: "split" }  tasks: [kind, hidden] }
  ${stage === frozen ? "stage warm { optimizer: sgd(rate: 0.1)  batch: 4  steps: 2 }" : ""}
  stage s { optimizer: momentum(rate: 0.01)  batch: ${batchOf(stage)}  epochs: ${epochs}  checkpoint: checkpoint(every: ${stage === uncertain ? 2 : 4})  ${stage} }`;

/**
 * Rows that a sampler chooses are cut by length where the tokens that this spares are more than what a further batch
 * costs.
 */
const batchOf = (stage: string): number => (stage === uncertain ? 24 : batch);

const stages = ["", "accumulate: 3", "step: joint  balance: pcgrad  clip: 1", frozen] as const;
const uncertain = "step: mixed  sampler: uncertainty(candidates: 24, proxy: { hidden: kind })";
const mixed = ["step: mixed  accumulate: 2", uncertain] as const;

let engine: Engine;
let data: Data;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
  const root = await newFolder();
  const random = generator(1, "texts");
  // Most are short.
  const texts = Array.from({ length: 70 }, (_, row) => ({
    split: row % 2 === 0 ? "train" : "validation",
    words: Array.from({ length: 1 + Math.floor(64 * random.uniform() ** 2) }, () => "abcde"[random.below(5)]).join(""),
    kind: random.below(3),
  }));
  writeFileSync(join(root, "d.jsonl"), texts.map((row) => `${JSON.stringify(row)}\n`).join(""));
  data = await openData({ specification: programOf(specification("")).specification, root, cache: "none" });
});
afterAll(async () => {
  await data.close();
  await engine.dispose();
});

/** Keeps what graphs ask of the data. Baselines of validation ask for targets, and run no graph. */
function watched(asked: BatchRequest[]): Data {
  const batchOf: Data["batch"] = (request) => {
    if (request.modalities === undefined || request.lengths !== undefined) asked.push(request);
    return data.batch(request);
  };
  // Every row has what both tasks need, so that a row that they share has the same position for each of them.
  const shared: Data["shared"] = (tasks) => {
    const rows = sharedRows(tasks);
    return {
      ...rows,
      batch: (request) => {
        for (const task of tasks) asked.push({ ...request, task });
        return rows.batch(request);
      },
    };
  };
  return { ...data, batch: batchOf, shared };
}

function sharedRows(tasks: readonly string[]): SharedData {
  if (!data.shared) throw new Error("the data has no shared rows");
  return data.shared(tasks);
}

/** The same rows in the same order, every one of them at the full length. */
function atFullLength(program: Program): Program {
  const whole = (variant: GraphVariant = {}): GraphVariant => ({ ...variant, lengths: {} });
  return {
    ...program,
    plan: (name, settings) => {
      const plan = program.plan(name, settings);
      return {
        ...plan,
        weights: plan.weights,
        step: (task, variant) => plan.step(task, whole(variant)),
        gradients: (task, variant) => plan.gradients(task, whole(variant)),
        taskGradients: (task, variant) => plan.taskGradients(task, whole(variant)),
        representationGradients: (task, variant) => plan.representationGradients(task, whole(variant)),
        evaluate: (task, variant) => plan.evaluate(task, whole(variant)),
        predict: (task, variant) => plan.predict(task, whole(variant)),
        prefix: (task, mode) => plan.prefix?.(task, mode),
      };
    },
  };
}

interface Outcome {
  readonly weights: Tensors;
  /** Numbers of the log, by what they are. */
  readonly logged: ReadonlyMap<string, number>;
}

async function trained(program: Program, of: Data): Promise<Outcome> {
  const folder = await newFolder();
  await run({ folder, program, engine, data: of });
  const weights = (await new CheckpointFolder(join(folder, "checkpoints")).newest())?.checkpoint.model ?? new Map();
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): { readonly [key: string]: unknown } => JSON.parse(line));
  return {
    weights,
    logged: new Map(
      lines.map(({ step, split, task, name, value }) => [[step, split, task, name].join(" "), Number(value)]),
    ),
  };
}

const fullData = (): Data => ({
  ...data,
  batch: (request) => data.batch({ ...request, lengths: {} }),
  shared: (tasks) => {
    const rows = sharedRows(tasks);
    return { ...rows, batch: (request) => rows.batch({ ...request, lengths: {} }) };
  },
});

const neededLength = (task: string, split: Split, rows: readonly number[]): TextLengths => {
  const longest = Math.max(...rows.map((row) => data.tokens({ task, split, row })["words"] ?? 0));
  return longest <= 16 ? { words: 16 } : longest <= 32 ? { words: 32 } : {};
};

describe.each([...stages, ...mixed])("with buckets, %s", (stage) => {
  const program = programOf(specification(stage));

  test("rows are read at the length that the longest of their batch needs, and measured once a validation, in as few batches as without", async () => {
    const asked: BatchRequest[] = [];
    const { observer, copies } = snapshots(await newFolder());
    await run({ folder: await newFolder(), program, engine, data: watched(asked), observer });
    for (const { task, split, rows, lengths } of asked) expect(lengths).toEqual(neededLength(task, split, rows));
    for (const split of ["train", "validation"])
      expect(
        new Set(asked.filter((each) => each.split === split).map(({ lengths }) => lengths?.["words"])).size,
      ).toBeGreaterThan(1);
    const own = asked.filter(({ task, split }) => task === "kind" && split === "validation");
    const rows = data.rows("kind", "validation");
    expect(own.flatMap((each) => each.rows).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: rows }, (_, row) => row).flatMap((row) => copies.map(() => row)),
    );
    expect(own).toHaveLength(copies.length * Math.ceil(rows / batchOf(stage)));
  });

  test("weights and metrics become what the same rows make of them at the full length", async () => {
    const [short, full] = [await trained(program, data), await trained(atFullLength(program), fullData())];
    expect(short.weights.size).toBeGreaterThan(10);
    for (const [name, { data: values }] of short.weights)
      expect(furthest([...values], [...(full.weights.get(name)?.data ?? [])]), name).toBeLessThan(1e-5);
    expect([...short.logged.keys()]).toEqual([...full.logged.keys()]);
    for (const [name, value] of full.logged)
      expect(Math.abs((short.logged.get(name) ?? NaN) - value) / Math.max(1, Math.abs(value)), name).toBeLessThan(1e-5);
  });

  test("a run that is killed after an early or a late checkpoint and goes on ends with the same bits", async () => {
    const whole = await newFolder();
    const { observer, copies } = snapshots(whole);
    const end = await run({ folder: whole, program, engine, data, observer });
    expect(copies.length).toBeGreaterThan(2);
    for (const copy of [copies[0], copies.at(-2)]) {
      if (copy === undefined) throw new Error("there is no checkpoint");
      expect(await run({ folder: copy, program, engine, data })).toEqual(end);
      expect(await outcome(copy)).toEqual(await outcome(whole));
    }
  });
});

test.each(["", "accumulate: 3", "step: joint", frozen, "step: mixed"])(
  "an epoch has each row once, in as few batches as without buckets, %s",
  async (stage) => {
    const asked: BatchRequest[] = [];
    await run({ folder: await newFolder(), program: programOf(specification(stage)), engine, data: watched(asked) });
    for (const task of ["kind", "hidden"]) {
      const rows = data.rows(task, "train");
      for (let epoch = 0; epoch < epochs; epoch++) {
        const own = asked.filter(
          (request) => request.task === task && request.draw?.stage === "s" && request.draw.epoch === epoch,
        );
        // A mixed step has a part of a batch of each task.
        if (!stage.includes("mixed")) expect(own.length).toBe(Math.ceil(rows / batch));
        expect(own.flatMap((request) => request.rows).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: rows }, (_, row) => row),
        );
      }
    }
  },
);

test("`uncertainty` chooses the rows that it chooses without buckets, and computes fewer tokens", async () => {
  const buckets = specification(uncertain);
  const askedBy = async (text: string): Promise<readonly BatchRequest[]> => {
    const asked: BatchRequest[] = [];
    await run({ folder: await newFolder(), program: programOf(text), engine, data: watched(asked) });
    return asked.filter(({ draw }) => draw);
  };
  const [grouped, whole] = [await askedBy(buckets), await askedBy(buckets.replace("buckets: [16, 32], ", ""))];
  const rowsOf = (asked: readonly BatchRequest[]) =>
    asked.flatMap(({ task, rows }) => rows.map((row) => `${task} ${row}`)).toSorted();
  const tokensOf = (asked: readonly BatchRequest[]) =>
    asked.reduce((sum, { size, lengths }) => sum + size * (lengths?.["words"] ?? 64), 0);
  expect(rowsOf(grouped)).toEqual(rowsOf(whole));
  expect(grouped.length).toBeGreaterThan(whole.length);
  expect(tokensOf(grouped)).toBeLessThan(0.9 * tokensOf(whole));
});
