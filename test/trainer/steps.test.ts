import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import { type Tensors, readModel } from "../../runtime/checkpoint/checkpoint.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { StepEvent, ValidationEvent } from "../../runtime/train/phase/observer.ts";
import { type Rows, type ReadRow, tinyData } from "./tiny-data.ts";
import { stage, tasks, tinyProgram } from "./tiny-program.ts";
import { newFolder, run } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const rowsOf = (kind: number, size: number): Rows => ({
  kind: { train: kind, validation: 12, test: 10 },
  size: { train: size, validation: 6, test: 6 },
});

async function trained(stages: readonly ResolvedStage[], rows = rowsOf(24, 24)) {
  const folder = await newFolder();
  const steps: StepEvent[] = [];
  const end = await run({
    folder,
    engine,
    program: tinyProgram(stages),
    data: tinyData(rows),
    observer: { onStep: (event) => steps.push(event) },
  });
  const checkpoints = new CheckpointFolder(join(folder, "checkpoints"));
  return {
    folder,
    end,
    steps,
    weights: await readModel(checkpoints.folderOf(end.last)),
    state: (await checkpoints.read(end.last)).state,
  };
}

function farthest(left: Tensors, right: Tensors, names: (name: string) => boolean = () => true): number {
  const differences = [...left]
    .filter(([name]) => names(name))
    .flatMap(([name, { data }]) =>
      Array.from(data, (value, at) => Math.abs(value - (right.get(name)?.data[at] ?? NaN))),
    );
  return Math.max(...differences);
}

describe("accumulation", () => {
  // `size` alone: the masks of dropout do not depend on the batch, but the state of `kind` counts batches.
  const options = { tasks: ["size"], clip: 0.5 } as const;

  test("of k batches of b equals one batch of k·b", async () => {
    const large = await trained([stage({ ...options, batch: 12, epochs: 4 })]);
    const small = await trained([stage({ ...options, batch: 4, accumulate: 3, epochs: 4 })]);
    expect(small.steps).toHaveLength(large.steps.length);
    expect(farthest(small.weights, large.weights)).toBeLessThan(1e-5);
    for (const [index, step] of small.steps.entries())
      expect(step.loss).toBeCloseTo(large.steps[index]?.loss ?? NaN, 5);
  });

  test("counts short batches by their rows", async () => {
    const rows = rowsOf(1, 21);
    const large = await trained([stage({ ...options, batch: 12, epochs: 3 })], rows);
    const small = await trained([stage({ ...options, batch: 4, accumulate: 3, epochs: 3 })], rows);
    expect(farthest(small.weights, large.weights)).toBeLessThan(1e-5);
  });

  test("of random masks equals one large batch too, because they are keyed by example", async () => {
    const large = await trained([stage({ tasks: ["kind"], batch: 12, epochs: 3 })]);
    const small = await trained([stage({ tasks: ["kind"], batch: 4, accumulate: 3, epochs: 3 })]);
    expect(farthest(small.weights, large.weights, (name) => !name.startsWith("state/"))).toBeLessThan(1e-5);
    expect(large.weights.get("state/batches")?.data[0]).toBe(6);
    expect(small.weights.get("state/batches")?.data[0]).toBe(18);
  });
});

describe("joint steps", () => {
  test("go down the sum of the tasks' losses: with SGD, the sum of their updates", async () => {
    const options = {
      optimizer: { kind: "sgd", rate: 0.1 },
      schedule: { kind: "constant", warmup: { unit: "steps", value: 0 } },
      batch: 24,
      steps: 1,
    } as const;
    const start = await trained([stage({ ...options, optimizer: { kind: "sgd", rate: 0 } })]);
    const joint = await trained([stage({ ...options, step: { kind: "joint" } })]);
    const kind = await trained([stage({ ...options, tasks: ["kind"] })]);
    const size = await trained([stage({ ...options, tasks: ["size"] })]);
    expect(joint.steps[0]?.loss).toBeCloseTo((kind.steps[0]?.loss ?? NaN) + (size.steps[0]?.loss ?? NaN), 5);
    const kernel = (weights: Tensors) => weights.get("hidden.kernel")?.data ?? [];
    const [before, both, one, other] = [start, joint, kind, size].map(({ weights }) => kernel(weights));
    for (const [at, value] of (both ?? []).entries()) {
      const base = before?.[at] ?? NaN;
      expect(value - base).toBeCloseTo((one?.[at] ?? NaN) - base + (other?.[at] ?? NaN) - base, 6);
    }
  });

  test("last as long as the longest task, and shorter tasks begin again", async () => {
    const { steps, state } = await trained([stage({ step: { kind: "joint" }, batch: 4, epochs: 2 })], rowsOf(24, 8));
    expect(steps).toHaveLength(12);
    expect(state.supplies["size"]).toEqual({ epoch: 5, cursor: 8 });
  });
});

describe("joint steps of some of the tasks", () => {
  test("have so many different tasks each, as often as the sampler draws them, and a class counts those that reach it", async () => {
    const { steps, state } = await trained([
      stage({ step: { kind: "joint", tasks: 2 }, sampler: { kind: "weights", of: { kind: 1, size: 50 } }, steps: 6 }),
    ]);
    expect(steps.map((step) => step.tasks)).toEqual(Array.from({ length: 6 }, () => ["kind", "size"]));
    const one = await trained([
      stage({ step: { kind: "joint", tasks: 1 }, sampler: { kind: "round_robin" }, steps: 5 }),
    ]);
    expect(one.steps.map((step) => step.tasks)).toEqual([["kind"], ["size"], ["kind"], ["size"], ["kind"]]);
    expect([state.updates, one.state.updates]).toEqual([
      { "kind+size": 6, kind: 6, size: 6 },
      { "kind+size": 5, kind: 3, size: 2 },
    ]);
  });

  test("are an error where the sampler never draws so many", async () =>
    await expect(
      trained([
        stage({ step: { kind: "joint", tasks: 2 }, sampler: { kind: "weights", of: { kind: 1, size: 0 } }, steps: 6 }),
      ]),
    ).rejects.toMatchObject({
      kind: "specification",
      message: "The sampler only draws kind, but a step has 2 tasks.",
    }));
});

test("each class of weights counts its own updates", async () => {
  const { steps, state } = await trained([stage({ epochs: 1 })], rowsOf(24, 8));
  expect(steps).toHaveLength(8);
  expect(state.updates).toEqual({ "kind+size": 8, kind: 6, size: 2 });
});

test("weights carry over by name, and the optimizer begins anew", async () => {
  const { state, weights } = await trained([
    stage({ name: "first", tasks: ["kind"], steps: 6 }),
    stage({ name: "second", tasks: ["size"], steps: 4 }),
  ]);
  const alone = await trained([stage({ name: "first", tasks: ["kind"], steps: 6 })]);
  expect(farthest(weights, alone.weights, (name) => name.startsWith("task.kind") || name.startsWith("state/"))).toBe(0);
  expect(farthest(weights, alone.weights, (name) => name === "hidden.kernel")).toBeGreaterThan(0);
  expect(state.updates).toEqual({ size: 4 });
});

test.each(["fresh", "last", "best"] as const)("a stage that starts from %s", async (kind) => {
  const still = { optimizer: { kind: "sgd", rate: 0 }, steps: 1 } as const;
  const first = stage({ name: "first", steps: 30, optimizer: { kind: "sgd", rate: 1.5 } });
  const between = stage({ name: "between", steps: 3 });
  const init = kind === "fresh" ? { kind } : { kind, stage: "first" };
  const all = await trained([first, between, stage({ ...still, name: "third", init })]);
  const until = await trained([first]);
  const expected =
    kind === "fresh"
      ? (await trained([stage({ ...still })])).weights
      : await readModel(join(until.folder, "checkpoints", until.end[kind]));
  expect(until.end.best).not.toBe(until.end.last);
  expect(farthest(all.weights, expected, (name) => !name.startsWith("state/"))).toBe(0);
});

test("a weight that carries over with another shape is an error", async () => {
  const program = tinyProgram([stage({ name: "first", steps: 2 }), stage({ name: "second", steps: 2 })]);
  const reshaped = {
    ...program,
    plan: (name: string) => {
      const plan = program.plan(name);
      return name === "first"
        ? plan
        : {
            ...plan,
            weights: plan.weights.map((weight) =>
              weight.name === "hidden.kernel" ? { ...weight, shape: [5, 8] } : weight,
            ),
          };
    },
  };
  await expect(run({ folder: await newFolder(), engine, program: reshaped })).rejects.toMatchObject({
    kind: "specification",
    message: expect.stringMatching(/hidden\.kernel is \[5 × 8\] in stage second, but \[5 × 4\]/),
  });
});

test("the test split is never read in training", async () => {
  const read: ReadRow[] = [];
  await run({
    folder: await newFolder(),
    engine,
    program: tinyProgram([stage({ epochs: 2 })]),
    data: tinyData(rowsOf(24, 8), (row) => read.push(row)),
  });
  expect(new Set(read.map(({ split }) => split))).toEqual(new Set(["train", "validation"]));
});

test("without a validation split the last state is the best", async () => {
  const rows: Rows = { kind: { train: 24, validation: 0, test: 0 }, size: { train: 8, validation: 0, test: 0 } };
  const { end } = await trained([stage({ steps: 9 })], rows);
  expect(end).toMatchObject({ best: "step-000009", last: "step-000009" });
});

test("early stopping ends a stage that no longer improves", async () => {
  const validations: ValidationEvent[] = [];
  const early = { kind: "early_stop", metric: "size.rmse", patience: 2, least: 0 } as const;
  const folder = await newFolder();
  const notes: string[] = [];
  const observer = {
    onValidation: (event: ValidationEvent) => validations.push(event),
    onNote: (note: string) => notes.push(note),
  };
  await run({
    folder,
    engine,
    program: tinyProgram([stage({ steps: 400, optimizer: { kind: "sgd", rate: 0.5 }, early_stop: early })]),
    observer,
  });
  const errors = validations.map(
    (event) => event.values.find(({ task, name }) => task === "size" && name === "rmse")?.value ?? NaN,
  );
  expect(errors.length).toBeLessThan(80);
  expect(Math.min(...errors.slice(0, -2))).toBeLessThanOrEqual(Math.min(...errors.slice(-2)));
  expect(notes).toEqual([expect.stringContaining("ends early")]);
});

test("a diverging run names step and task, and saves nothing that is not finite", async () => {
  const folder = await newFolder();
  const program = tinyProgram([stage({ tasks: ["size"], steps: 400, optimizer: { kind: "sgd", rate: 1e6 } })]);
  await expect(run({ folder, engine, program })).rejects.toMatchObject({
    kind: "diverged",
    message: expect.stringMatching(/task size became (NaN|Infinity) at step \d+ of stage fit|no longer finite/),
  });
  const newest = await new CheckpointFolder(join(folder, "checkpoints")).newest();
  for (const { data } of newest?.checkpoint.model.values() ?? []) expect(data.every(Number.isFinite)).toBe(true);
});

test("a task without training rows is an error, unless it is never drawn", async () => {
  const data = tinyData(rowsOf(24, 0));
  await expect(run({ folder: await newFolder(), engine, program: tinyProgram(), data })).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("Task size"),
  });
  const weights = { kind: "weights", of: { kind: 1, size: 0 } } as const;
  const validations: ValidationEvent[] = [];
  await run({
    folder: await newFolder(),
    engine,
    program: tinyProgram([stage({ sampler: weights, steps: 5 })]),
    data,
    observer: { onValidation: (event) => validations.push(event) },
  });
  expect(new Set(validations.at(-1)?.values.map(({ task }) => task))).toEqual(new Set(Object.keys(tasks)));
});

test("the metrics log has a line for every loss of every step", async () => {
  const { folder, steps } = await trained([stage({ epochs: 1 })]);
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const losses = lines.filter(({ split, name }) => split === "train" && name === "loss");
  expect(losses.map(({ step, task, value }) => ({ step, task, value }))).toEqual(
    steps.map(({ step, tasks: [task], loss }) => ({ step, task, value: loss })),
  );
  expect(Object.keys(losses[0])).toEqual(["step", "epoch", "time", "stage", "task", "split", "name", "value"]);
});

describe("the norm of each task's gradient", () => {
  // One step of plain descent with rate 1 and without decay moves the weights by the gradient, so its length is the
  // norm.
  const options = {
    optimizer: { kind: "sgd", rate: 1, momentum: 0, nesterov: false, weight_decay: 0 },
    schedule: { kind: "constant", warmup: { unit: "steps", value: 0 } },
    steps: 1,
    log: "gradients",
  } as const;
  const normsOf = (folder: string) => {
    const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { task: string | null; name: string; value: number });
    return new Map(lines.filter(({ name }) => name === "gradient_norm").map(({ task, value }) => [task, value]));
  };
  /** Weights that a run of one task does not have are not moved by it. */
  const moved = (left: Tensors, right: Tensors) =>
    Math.hypot(
      ...[...left]
        .filter(([name]) => !name.startsWith("state/"))
        .flatMap(([name, { data }]) => Array.from(data, (value, at) => value - (right.get(name)?.data[at] ?? value))),
    );

  test("is logged for steps of one task, of several batches, of several tasks, and under a balance", async () => {
    const { weights: start } = await trained([stage({ ...options, optimizer: { ...options.optimizer, rate: 0 } })]);
    const expected = new Map<string, number>();
    for (const task of ["kind", "size"]) {
      const { folder, weights } = await trained([stage({ ...options, tasks: [task] })]);
      expected.set(task, moved(start, weights));
      expect([...normsOf(folder).keys()]).toEqual([task]);
      expect(normsOf(folder).get(task)).toBeCloseTo(expected.get(task) ?? NaN, 4);
      const accumulated = await trained([stage({ ...options, tasks: [task], accumulate: 2 })]);
      expect(normsOf(accumulated.folder).get(task)).toBeCloseTo(moved(start, accumulated.weights), 4);
    }
    const joint = await trained([stage({ ...options, step: { kind: "joint" } })]);
    const weighed = await trained([
      stage({ ...options, step: { kind: "joint" }, balance: { kind: "homoscedastic", initial: 0, rate: 0.1 } }),
    ]);
    for (const { folder, weights } of [joint, weighed]) {
      for (const [task, norm] of expected) expect(normsOf(folder).get(task)).toBeCloseTo(norm, 4);
      expect(normsOf(folder).get(null)).toBeCloseTo(moved(start, weights), 4);
    }
  });

  test("moves no bit of what is trained", async () => {
    for (const step of [{ kind: "one_task" }, { kind: "joint" }] as const) {
      const [plain, logged] = [
        await trained([stage({ step, steps: 4 })]),
        await trained([stage({ step, steps: 4, log: "gradients" })]),
      ];
      expect(farthest(plain.weights, logged.weights)).toBe(0);
      expect(normsOf(plain.folder).size).toBe(0);
    }
  });
});

test("the log tells after each validation which tasks stop-and-go has stopped, as its checkpoint does", async () => {
  const sampler = {
    kind: "stop_and_go",
    stop: 0.5,
    go: 0.01,
    patience: 0,
    cooldown: 0,
    gap: 3,
    epochs: 0,
    variant: "paper",
    over: { kind: "round_robin" },
  } as const;
  const { folder, state } = await trained([stage({ sampler, steps: 30 })]);
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { step: number; task: string; name: string; value: number });
  const stopped = lines.filter(({ name }) => name === "sampler/stopped");
  expect(stopped.map(({ step, task }) => `${step} ${task}`)).toEqual(
    [5, 10, 15, 20, 25, 30].flatMap((step) => [`${step} kind`, `${step} size`]),
  );
  expect(stopped.slice(-2).map(({ value }) => value)).toEqual(state.sampler["stopped"]);
  expect(new Set(stopped.map(({ value }) => value))).toEqual(new Set([0, 1]));
});
