import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import { readModel } from "../../runtime/checkpoint/checkpoint.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import type { LoggedValue } from "../../runtime/run/metrics-log.ts";
import { tinyData } from "./tiny-data.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, outcome, run, snapshots } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const everyTwo = {
  kind: "checkpoint",
  every: { unit: "steps", value: 4 },
  keep: 2,
  keep_best: true,
  best: "auto",
} as const;

const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-6 };
const group = (pattern: string, rate: number) =>
  ({ kind: "group", weights: { include: [pattern], except: [] }, rate }) as const;

const cases: { readonly [name: string]: readonly ResolvedStage[] } = {
  shuffled: [stage({ epochs: 2, checkpoint: everyTwo })],
  "random draws": [stage({ sampler: { kind: "weights", of: { kind: 2, size: 1 } }, epochs: 2, checkpoint: everyTwo })],
  "stop and go over random draws": [
    stage({
      sampler: {
        kind: "stop_and_go",
        stop: 0.1,
        go: 0.01,
        patience: 0,
        cooldown: 1,
        gap: 3,
        epochs: 0,
        variant: "paper",
        over: { kind: "temperature", t: 2 },
      },
      steps: 24,
      checkpoint: everyTwo,
    }),
  ],
  "annealed draws": [stage({ sampler: { kind: "annealed", end: 0.2 }, epochs: 3, checkpoint: everyTwo })],
  "a main task and a part of the others": [
    stage({ sampler: { kind: "main_plus_ratio", main: "kind", ratio: 0.5 }, steps: 15, checkpoint: everyTwo }),
  ],
  "round robin, SGD with momentum": [
    stage({
      sampler: { kind: "round_robin" },
      optimizer: { kind: "momentum", rate: 0.05, momentum: 0.9, nesterov: true },
      steps: 15,
      checkpoint: everyTwo,
    }),
  ],
  accumulation: [stage({ accumulate: 3, epochs: 3, clip: 1, checkpoint: everyTwo })],
  "joint steps": [stage({ step: { kind: "joint" }, epochs: 2, checkpoint: everyTwo })],
  "hogwild steps, some stale": [stage({ step: { kind: "hogwild", staleness: 0.5 }, epochs: 2, checkpoint: everyTwo })],
  "joint steps of one of the tasks": [
    stage({ step: { kind: "joint", tasks: 1 }, sampler: { kind: "uniform" }, epochs: 2, checkpoint: everyTwo }),
  ],
  "mixed steps": [stage({ step: { kind: "mixed" }, epochs: 3, checkpoint: everyTwo })],
  "uncertain rows": [
    stage({
      step: { kind: "mixed" },
      sampler: { kind: "uncertainty", candidates: 5, score: "code", proxy: { size: "kind" } },
      steps: 18,
      checkpoint: everyTwo,
    }),
  ],
  "PCGrad over mixed steps": [
    stage({
      step: { kind: "mixed" },
      sampler: { kind: "uniform" },
      balance: { kind: "pcgrad" },
      steps: 18,
      checkpoint: everyTwo,
    }),
  ],
  "PCGrad over accumulated batches": [
    stage({ step: { kind: "joint" }, accumulate: 2, balance: { kind: "pcgrad" }, epochs: 3, checkpoint: everyTwo }),
  ],
  GradNorm: [
    stage({
      step: { kind: "joint" },
      balance: { kind: "gradnorm", alpha: 1.5, rate: 0.05 },
      epochs: 3,
      checkpoint: everyTwo,
    }),
  ],
  "FAMO by a second pass over accumulated batches": [
    stage({
      step: { kind: "joint" },
      accumulate: 2,
      balance: { kind: "famo", losses: "same_batch", rate: 0.1, gamma: 0.01, lowest: 0 },
      epochs: 3,
      checkpoint: everyTwo,
    }),
  ],
  "Nash-MTL with weights of earlier updates": [
    stage({ step: { kind: "joint" }, balance: { kind: "nash_mtl", every: 3 }, epochs: 3, checkpoint: everyTwo }),
  ],
  "random weights of losses": [stage({ balance: { kind: "random_loss_weighting" }, steps: 12, checkpoint: everyTwo })],
  "variances learnt one task a step": [
    stage({ balance: { kind: "homoscedastic", rate: 0.05, initial: 0 }, epochs: 2, checkpoint: everyTwo }),
  ],
  "dynamic weight average": [
    stage({ step: { kind: "joint" }, balance: { kind: "dwa", temperature: 2 }, epochs: 5, checkpoint: everyTwo }),
  ],
  "LAMB with groups": [
    stage({
      optimizer: {
        kind: "lamb",
        rate: 0.01,
        weight_decay: 0.01,
        ...moments,
        groups: [group("task.**", 0.05), group("hidden.bias", 0.1)],
      },
      epochs: 2,
      checkpoint: everyTwo,
    }),
  ],
  "Adafactor with a mean of updates": [
    stage({
      optimizer: {
        kind: "adafactor",
        rate: 0.05,
        relative_step: true,
        clip: 1,
        decay_exponent: 0.8,
        beta1: 0.9,
        epsilon1: 1e-30,
        epsilon2: 1e-3,
        weight_decay: 0.01,
      },
      epochs: 2,
      checkpoint: everyTwo,
    }),
  ],
  "averaged weights": [stage({ average: { kind: "exponential", decay: 0.8 }, epochs: 2, checkpoint: everyTwo })],
  "weights averaged over all steps": [
    stage({ average: { kind: "exponential", decay: 0.8, count: "steps" }, epochs: 2, checkpoint: everyTwo }),
  ],
  "averaged weights of joint steps, and a stage that starts from them": [
    stage({
      name: "first",
      step: { kind: "joint" },
      average: { kind: "exponential", decay: 0.8 },
      steps: 10,
      checkpoint: everyTwo,
    }),
    stage({ name: "fit", average: { kind: "exponential", decay: 0.5 }, steps: 10, checkpoint: everyTwo }),
  ],
  "early stop": [
    stage({
      steps: 200,
      optimizer: { kind: "sgd", rate: 0.3 },
      checkpoint: everyTwo,
      early_stop: { kind: "early_stop", metric: "auto", patience: 2, least: 0 },
    }),
  ],
  "stages that start from another's best": [
    stage({ name: "warm", tasks: ["size"], steps: 9, checkpoint: everyTwo }),
    stage({ name: "each", for_each: "task", steps: 6, checkpoint: everyTwo }),
    stage({ name: "fit", steps: 10, init: { kind: "best", stage: "warm" }, checkpoint: everyTwo }),
  ],
  "a fork for each task from an earlier stage's best": [
    stage({ name: "joint", steps: 14, optimizer: { kind: "sgd", rate: 0.4 }, checkpoint: everyTwo }),
    stage({ name: "between", tasks: ["size"], steps: 6, checkpoint: everyTwo }),
    stage({
      name: "each",
      for_each: "task",
      fork: true,
      init: { kind: "best", stage: "joint" },
      steps: 14,
      checkpoint: everyTwo,
    }),
  ],
  "averaged forks from the end of the stage before": [
    stage({ name: "joint", steps: 10, checkpoint: everyTwo }),
    stage({
      name: "each",
      for_each: "task",
      fork: true,
      average: { kind: "exponential", decay: 0.8 },
      epochs: 3,
      checkpoint: { ...everyTwo, keep: 1 },
    }),
  ],
  "forks from the beginning that end early": [
    stage({
      name: "each",
      for_each: "task",
      fork: true,
      steps: 60,
      optimizer: { kind: "sgd", rate: 0.3 },
      checkpoint: everyTwo,
      early_stop: { kind: "early_stop", metric: "auto", patience: 2, least: 0 },
    }),
  ],
};

/** Trains a run, and once more from each of its checkpoints; all must end with the same bits. Returns the folder of the first. */
async function resumedFromEach(stages: readonly ResolvedStage[]): Promise<string> {
  const whole = await newFolder();
  const { observer, copies } = snapshots(whole);
  const program = tinyProgram(stages);
  const end = await run({ folder: whole, program, engine, observer });
  expect(copies.length).toBeGreaterThan(2);
  for (const copy of copies) {
    expect(await run({ folder: copy, program, engine })).toEqual(end);
    expect(await outcome(copy)).toEqual(await outcome(whole));
  }
  return whole;
}

describe.each(Object.entries(cases))("%s", (_, stages) => {
  test("a run that is killed after any checkpoint and goes on ends with the same bits", async () => {
    await resumedFromEach(stages);
  });
});

describe.each<[string, Partial<ResolvedStage>]>([
  ["shuffled", {}],
  ["stop and go", { sampler: cases["stop and go over random draws"]?.[0]?.sampler ?? { kind: "uniform" } }],
  ["joint steps", { step: { kind: "joint" }, balance: { kind: "pcgrad" }, accumulate: 2 }],
  ["joint steps of two drawn tasks", { step: { kind: "joint", tasks: 2 }, sampler: { kind: "uniform" } }],
  ["mixed steps", { step: { kind: "mixed" }, average: { kind: "exponential", decay: 0.8 } }],
  [
    "uncertain rows",
    { step: { kind: "mixed" }, sampler: { kind: "uncertainty", candidates: 5, score: "paper", proxy: { size: 0.9 } } },
  ],
])("a stage of %s that `size` leaves", (_, options) => {
  test("goes on without it, to the same bits from any checkpoint", async () => {
    const folder = await resumedFromEach([
      stage({
        steps: 20,
        checkpoint: { ...everyTwo, keep: 9 },
        // No error of a validation is so much smaller than the first that it would be a gain.
        early_stop: { kind: "early_stop", metric: "size.rmse", patience: 1, least: 100, tasks: "each" },
        ...options,
      }),
    ]);
    const log = readFileSync(join(folder, "metrics.jsonl"), "utf8").trim().split("\n");
    const events = log.map((line) => JSON.parse(line) as LoggedValue);
    const left = events.filter(({ name }) => name === "early_stop/left");
    expect(left).toMatchObject([{ task: "size", step: 8, value: 1 }]);
    const trained = (task: string) =>
      events.flatMap(({ split, name, step, ...of }) =>
        split === "train" && name === "loss" && of.task === task ? [step] : [],
      );
    expect(trained("size").length).toBeGreaterThan(0);
    expect(Math.max(...trained("size"))).toBeLessThanOrEqual(8);
    expect(trained("kind")).toEqual(expect.arrayContaining([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]));
    // It is still measured, and its own weights stay as they were.
    expect(
      events.filter(({ split, task, name }) => split === "validation" && task === "size" && name === "rmse"),
    ).toHaveLength(5);
    const checkpoints = new CheckpointFolder(join(folder, "checkpoints"));
    const [at, end] = await Promise.all(
      ["step-000008", "step-000020"].map((name) => readModel(checkpoints.folderOf(name))),
    );
    expect(end?.get("task.size.head.kernel")).toEqual(at?.get("task.size.head.kernel"));
    expect(end?.get("hidden.kernel")).not.toEqual(at?.get("hidden.kernel"));
  });
});

test("a stage that all tasks leave ends there, and says so", async () => {
  const notes: string[] = [];
  const end = await run({
    folder: await newFolder(),
    engine,
    program: tinyProgram([
      stage({
        steps: 40,
        checkpoint: everyTwo,
        early_stop: { kind: "early_stop", metric: "auto", patience: 2, least: 100, tasks: "each" },
      }),
    ]),
    observer: { onNote: (note) => notes.push(note) },
  });
  expect(end.runStep).toBe(12);
  expect(notes).toEqual([
    "Task kind leaves stage fit after step 12: no gain in 2 validations.",
    "Task size leaves stage fit after step 12: no gain in 2 validations.",
    "Stage fit ends early after step 12: all tasks have left.",
  ]);
});

test("a run whose rows are shuffled within windows goes on to the same bits", async () => {
  const data = { ...tinyData(), window: () => 6 };
  const program = tinyProgram([stage({ epochs: 2, checkpoint: everyTwo })]);
  const whole = await newFolder();
  const { observer, copies } = snapshots(whole);
  const end = await run({ folder: whole, program, engine, data, observer });
  const shuffled = await newFolder();
  await run({ folder: shuffled, program, engine });
  expect(await outcome(shuffled)).not.toEqual(await outcome(whole));
  for (const copy of copies) {
    expect(await run({ folder: copy, program, engine, data })).toEqual(end);
    expect(await outcome(copy)).toEqual(await outcome(whole));
  }
});

test("a run that is interrupted anywhere and goes on ends with the same bits", async () => {
  const program = tinyProgram([stage({ epochs: 1 })]);
  const whole = await newFolder();
  await run({ folder: whole, program, engine });
  const folder = await newFolder();
  const runUntilStep = async (): Promise<"ended" | "interrupted"> => {
    const controller = new AbortController();
    try {
      await run({
        folder,
        program,
        engine,
        interrupt: controller.signal,
        observer: { onStep: () => controller.abort() },
      });
      return "ended";
    } catch (error) {
      expect(error).toMatchObject({ kind: "interrupted" });
      return "interrupted";
    }
  };
  let interruptions = 0;
  while ((await runUntilStep()) === "interrupted") interruptions++;
  expect(interruptions).toBeGreaterThan(3);
  expect(await outcome(folder)).toEqual(await outcome(whole));
});

test("the last checkpoints and the best one stay", async () => {
  const folder = await newFolder();
  const { best } = await run({
    folder,
    engine,
    program: tinyProgram([stage({ steps: 40, optimizer: { kind: "sgd", rate: 1.5 }, checkpoint: everyTwo })]),
  });
  const names = await new CheckpointFolder(join(folder, "checkpoints")).names();
  expect(new Set(names)).toEqual(new Set([best, "step-000036", "step-000040"]));
  expect(readFileSync(join(folder, "checkpoints", "best"), "utf8")).toBe(`${best}\n`);
});

describe("a damaged checkpoint", () => {
  async function trained(): Promise<string> {
    const folder = await newFolder();
    await run({ folder, engine, program: tinyProgram([stage({ steps: 8, checkpoint: everyTwo })]) });
    return folder;
  }
  const newest = (folder: string) => new CheckpointFolder(join(folder, "checkpoints")).newest();
  const inLast = (folder: string, file: string) => join(folder, "checkpoints", "step-000008", file);

  test.each<[string, (folder: string) => void]>([
    [
      "cut weights",
      (folder) =>
        writeFileSync(
          inLast(folder, "model.safetensors"),
          readFileSync(inLast(folder, "model.safetensors")).subarray(0, -8),
        ),
    ],
    ["a changed byte", (folder) => flip(inLast(folder, "optimizer.safetensors"))],
    ["a missing file", (folder) => rmSync(inLast(folder, "optimizer.safetensors"))],
    ["a state that is not JSON", (folder) => appendFileSync(inLast(folder, "state.json"), "{")],
    ["a state that lacks a field", (folder) => writeFileSync(inLast(folder, "state.json"), '{"version":1}')],
  ])("with %s names the one before it that is intact", async (_, damage) => {
    const folder = await trained();
    damage(folder);
    await expect(newest(folder)).rejects.toMatchObject({
      name: "UserError",
      kind: "data",
      message: expect.stringContaining("step-000008"),
      help: expect.stringContaining("step-000004, is intact"),
    });
    rmSync(join(folder, "checkpoints", "step-000008"), { recursive: true });
    expect((await newest(folder))?.name).toBe("step-000004");
  });

  test("without a whole one before it says so", async () => {
    const folder = await trained();
    flip(inLast(folder, "model.safetensors"));
    rmSync(join(folder, "checkpoints", "step-000004"), { recursive: true });
    await expect(newest(folder)).rejects.toMatchObject({ help: expect.stringContaining("start a new training") });
  });
});

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
