import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GraphVariant } from "../../compiler/plan.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import type { BatchRequest, Data } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { generator } from "../../runtime/random/generator.ts";
import type { Program } from "../../runtime/train/program.ts";
import { furthest, programOf } from "../mbt/support.ts";
import { newFolder, outcome, run, snapshots } from "./tiny-run.ts";

const batch = 4;
const epochs = 2;

/** A class of each text, and hidden tokens of it, over one encoder with dropout. */
const specification = (stage: string): string => `
  modality words: text(most: 16, buckets: [4, 8], tokenizer: characters(20))
  layer table = embed(8)
  stream read = words -> table -> positions -> transformer(layers: 1, heads: 2, dropout: 20%)
  task kind { from: read  head: mean -> linear(3)  target: category("kind", classes: 3) }
  task hidden { from: masked_positions(words) -> embed(8) -> cross_attend(read, heads: 2)  head: tied(table)  target: masked(words, rate: 30%) }
  dataset d { path: "d.jsonl"  tasks: [kind, hidden] }
  stage s { optimizer: momentum(rate: 0.02)  batch: ${batch}  epochs: ${epochs}  checkpoint: checkpoint(every: 4)  ${stage} }`;

const stages = ["", "accumulate: 3", "step: joint", "step: joint  balance: pcgrad  clip: 1", "sampler: uniform"] as const;

let engine: Engine;
let data: Data;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
  const root = await newFolder();
  const random = generator(1, "texts");
  const texts = Array.from({ length: 45 }, (_, row) => ({ words: Array.from({ length: 1 + random.below(16) }, () => "abcde"[random.below(5)]).join(""), kind: row % 3 }));
  writeFileSync(join(root, "d.jsonl"), texts.map((row) => `${JSON.stringify(row)}\n`).join(""));
  data = await openData({ specification: programOf(specification("")).specification, root, cache: "none" });
});
afterAll(async () => {
  await data.close();
  await engine.dispose();
});

/** Keeps what is asked of the data in training. */
function watched(asked: BatchRequest[]): Data {
  const batchOf: Data["batch"] = (request) => {
    if (request.split === "train") asked.push(request);
    return data.batch(request);
  };
  return { ...data, batch: batchOf };
}

/** The same rows in the same order, every one of them at the full length. */
function atFullLength(program: Program): Program {
  const whole = (variant: GraphVariant = {}): GraphVariant => ({ ...variant, lengths: {} });
  return {
    ...program,
    plan: (name, settings) => {
      const plan = program.plan(name, settings);
      return { ...plan, weights: plan.weights, step: (task, variant) => plan.step(task, whole(variant)), gradients: (task, variant) => plan.gradients(task, whole(variant)) };
    },
  };
}

async function trainedWeights(program: Program, of: Data): Promise<Tensors> {
  const folder = await newFolder();
  await run({ folder, program, engine, data: of });
  return (await new CheckpointFolder(join(folder, "checkpoints")).newest())?.checkpoint.model ?? new Map();
}

const fullData = (): Data => ({ ...data, batch: (request) => data.batch({ ...request, lengths: {} }) });

describe.each(stages)("with buckets, %s", (stage) => {
  const program = programOf(specification(stage));

  test("every row is read once an epoch, at the length that the longest of its batch needs", async () => {
    const asked: BatchRequest[] = [];
    await run({ folder: await newFolder(), program, engine, data: watched(asked) });
    for (const { task, rows: own, lengths } of asked) {
      const longest = Math.max(...own.map((row) => data.tokens({ task, split: "train", row })["words"] ?? 0));
      expect(lengths).toEqual(longest <= 4 ? { words: 4 } : longest <= 8 ? { words: 8 } : {});
    }
    expect(new Set(asked.map(({ lengths }) => lengths?.["words"]))).toEqual(new Set([4, 8, undefined]));
    // A sampler that draws at random may leave an epoch unfinished.
    if (stage === "sampler: uniform") return;
    for (const task of ["kind", "hidden"]) {
      const rows = data.rows(task, "train");
      for (let epoch = 0; epoch < epochs; epoch++) {
        const own = asked.filter((request) => request.task === task && request.draw?.epoch === epoch);
        expect(own.length).toBe(Math.ceil(rows / batch));
        expect(own.flatMap((request) => request.rows).toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
      }
    }
  });

  test("weights become what the same rows make of them at the full length", async () => {
    const [short, full] = [await trainedWeights(program, data), await trainedWeights(atFullLength(program), fullData())];
    expect(short.size).toBeGreaterThan(10);
    for (const [name, { data: values }] of short) expect(furthest([...values], [...(full.get(name)?.data ?? [])]), name).toBeLessThan(1e-5);
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

test("mixed steps are at the full length", async () => {
  const asked: BatchRequest[] = [];
  await run({ folder: await newFolder(), program: programOf(specification("step: mixed  sampler: uniform")), engine, data: watched(asked) });
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked.map(({ lengths }) => JSON.stringify(lengths)))).toEqual(new Set(["{}"]));
});
