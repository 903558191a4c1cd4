import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Cost, type TaskCost, memoryOf } from "../../compiler/analysis/cost/cost.ts";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { bytesOf, graphCost } from "../../compiler/graph/cost.ts";
import { type Graph, sizeOf } from "../../compiler/graph/graph.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Program, compileProgram } from "../../compiler/program.ts";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { train } from "../../runtime/index.ts";
import { complaints, sound } from "../elaborate/harness.ts";
import { specifications } from "../elaborate/specifications.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const mbt = join(packageRoot(), "examples", "mbt.mtl");

function programOfFile(entry: string): Program {
  const { program } = compileProgram({ entry, host: createNodeHost() });
  if (!program) throw new Error(`${entry} has errors`);
  return program;
}

const programs = new Map<string, Program>([
  ["mbt.mtl", programOfFile(mbt)],
  ...Object.entries(specifications).map(([name, text]): [string, Program] => [
    name,
    sound(text, { unused: "allowed" }),
  ]),
]);

/** Features and random bytes. */
function batchBytes({ inputs }: Graph): number {
  return inputs
    .filter(({ role }) => role.kind === "feature" || role.kind === "random")
    .reduce((sum, { value }) => sum + bytesOf(value), 0);
}

describe.each([...programs])("%s", (_name, program) => {
  const cost = costOf(program);
  const graphs: readonly TaskCost[] = [...cost.tasks, ...cost.stages.flatMap(({ tasks }) => tasks)];

  test("parts add up to totals", () => {
    expect(graphs.length).toBeGreaterThan(1);
    for (const { parts, total } of graphs) {
      for (const name of Object.keys(total) as readonly (keyof Cost)[])
        expect(parts.reduce((sum, part) => sum + part[name], 0) / (total[name] || 1), name).toBeCloseTo(
          total[name] === 0 ? 0 : 1,
          9,
        );
    }
  });

  test("totals are those of the graphs that run", () => {
    for (const { stage, forTask, tasks, total } of cost.stages) {
      const plan = program.plan(stage, forTask === undefined ? {} : { forTask });
      for (const { task, batch, total: counted } of tasks) {
        const graph = plan.step(task);
        const { flops, peakBytes } = graphCost(graph);
        expect(counted.flops * batch).toBeCloseTo(flops, 3);
        expect(counted.activationBytes).toBe(peakBytes + batchBytes(graph));
      }
      const trained = plan.weights
        .filter(({ trainable }) => trainable)
        .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      expect(total.parameters - total.frozen).toBe(trained);
    }
  });
});

test("parameters and slots are those that a run writes down", async () => {
  const root = await newFolder();
  const entry = writeSmallModel(root);
  const { folder } = await train({ specification: entry, runs: join(root, "runs"), steps: 24, threads: 1 });
  const last = join(folder, "checkpoints", readFileSync(join(folder, "checkpoints", "last"), "utf8").trim());
  const sizes = async (file: string): Promise<number> =>
    [...(await readTensors(join(last, file))).values()].reduce((sum, { data }) => sum + data.length, 0);
  const { parameters, stages } = costOf(programOfFile(entry));
  expect(parameters).toBe(await sizes("model.safetensors"));
  expect(stages[0]?.total.optimizerBytes).toBe(4 * (await sizes("optimizer.safetensors")));
  expect(stages[0]?.total.shared).toBe(64 * 16 + 3 * 16 + 16);
}, 60_000);

const twoTasks = (stage: string): string => `
  model tested
  modality x: tensor(8)
  stream s = x -> linear(16) -> tanh
  task a { from: s -> linear(3)  target: category("a", classes: 3) }
  task b { from: s -> linear(1)  target: number("b") }
  dataset rows { path: "rows.csv"  tasks: all }
  ${stage}`;

const [trunk, headOfA, headOfB] = [8 * 16 + 16, 16 * 3 + 3, 16 + 1];
/** FLOPs that leave out scores of outputs that stand for no class: which these are, and the choice. */
const maskOfA = 3 + 3;

describe("a stage", () => {
  const stageOf = (stage: string) => {
    const [first] = costOf(sound(twoTasks(stage))).stages.slice(-1);
    if (!first) throw new Error("no stage");
    return first;
  };

  test.each([
    ["sgd", 0],
    ["momentum", 1],
    ["adam", 2],
    ["adamw", 2],
  ])("of %s keeps %i numbers for each weight that it trains", (optimizer, slots) => {
    expect(stageOf(`stage fit { optimizer: ${optimizer}(rate: 0.1)  steps: 1 }`).total.optimizerBytes).toBe(
      4 * slots * (trunk + headOfA + headOfB),
    );
  });

  test("of adafactor keeps a number for each row and column of a matrix and one for each element of a bias", () => {
    const rowsAndColumns = 8 + 16 + (16 + 3) + (16 + 1);
    expect(stageOf("stage fit { optimizer: adafactor  steps: 1 }").total.optimizerBytes).toBe(
      4 * (rowsAndColumns + 16 + 3 + 1),
    );
  });

  test("counts what tasks share once, and what it freezes apart", () => {
    const { total, tasks } = stageOf(
      "stage first { optimizer: adam(rate: 0.1)  steps: 1 }  stage fit { optimizer: adam(rate: 0.1)  steps: 1  freeze: s }",
    );
    expect(total).toMatchObject({
      parameters: trunk + headOfA + headOfB,
      shared: trunk,
      frozen: trunk,
      optimizerBytes: 8 * (headOfA + headOfB),
    });
    expect(tasks[1]?.parts).toContainEqual(
      expect.objectContaining({
        kind: "stream",
        name: "s",
        parameters: trunk,
        shared: trunk,
        frozen: trunk,
        optimizerBytes: 0,
      }),
    );
    expect(tasks[1]?.parts).toContainEqual(
      expect.objectContaining({ kind: "task", name: "b", parameters: headOfB, shared: 0, frozen: 0 }),
    );
  });

  test("pays less for what it freezes", () => {
    const [trained, frozen] = ["", "freeze: s"].map(
      (freeze) =>
        stageOf(
          `stage first { optimizer: adam(rate: 0.1)  steps: 1 }  stage fit { optimizer: adam(rate: 0.1)  steps: 1  ${freeze} }`,
        ).total,
    );
    expect(frozen?.flops).toBeLessThan(trained?.flops ?? 0);
  });

  test("with joint steps pays for an example of every task, and keeps sums of gradients", () => {
    const [alone, joint] = ["one_task", "joint(rows: own)"].map((step) =>
      stageOf(`stage fit { optimizer: adam(rate: 0.1)  steps: 1  batch: 4  step: ${step} }`),
    );
    expect(alone?.total.flops).toBe(Math.max(...(alone?.tasks ?? []).map(({ total }) => total.flops)));
    expect(joint?.total.flops).toBeCloseTo(
      (joint?.tasks ?? []).reduce((sum, { total }) => sum + total.flops, 0),
      6,
    );
    const update = joint?.tasks[0]?.parts.find(({ kind }) => kind === "update");
    expect(update?.activationBytes).toBeGreaterThanOrEqual(4 * (trunk + headOfA + headOfB));
  });

  test("with joint steps over shared rows counts what the tasks have in common once", () => {
    const [own, shared] = ["own", "shared"].map((rows) =>
      stageOf(`stage fit { optimizer: sgd(rate: 0.1)  steps: 1  batch: 4  step: joint(rows: ${rows}) }`),
    );
    expect(own?.passes).toEqual([]);
    const separate = (shared?.tasks ?? []).reduce((sum, { total }) => sum + total.flops, 0);
    expect(shared?.passes).toEqual([{ tasks: ["a", "b"], flops: shared?.total.flops, separateFlops: separate }]);
    const largest = Math.max(...(shared?.tasks ?? []).map(({ total }) => total.flops));
    expect(shared?.total.flops).toBeGreaterThan(largest);
    expect(shared?.total.flops).toBeLessThan(separate);
  });

  test("that balances its tasks keeps the gradients of each apart", () => {
    const update = (balance: string): number =>
      stageOf(
        `stage fit { optimizer: adam(rate: 0.1)  steps: 1  step: joint(rows: own)  balance: ${balance} }`,
      ).tasks[0]?.parts.find(({ kind }) => kind === "update")?.activationBytes ?? 0;
    expect(update("pcgrad") - update("fixed")).toBe(2 * 4 * (trunk + headOfA + headOfB));
  });

  test("of uncertainty pays in every step for a prediction of each candidate of the tasks that have classes, and holds them all", () => {
    const stage = (sampler: string, task = "") =>
      stageOf(
        `${task}  stage fit { optimizer: adam(rate: 0.1)  steps: 1  batch: 4  step: mixed  sampler: ${sampler} }`,
      );
    const asks = `uncertainty(candidates: 10, proxy: { b: a })`;
    const [plain, asking] = [stage("uniform"), stage(asks)];
    // The steps of a prediction counted by hand; b has no entropy, and so is not asked.
    const ofPrediction = 2 * 8 * 16 + 16 + 16 + 2 * 16 * 3 + 3 + 3;
    // The mask of the outputs that have a class is counted once for all candidates.
    const ofCandidates = 10 * ofPrediction + 3;
    const candidates = asking.tasks.map(({ parts }) => parts.find(({ kind }) => kind === "candidates"));
    expect(candidates.map((part) => part?.flops)).toEqual([ofCandidates / 4, ofCandidates / 4]);
    expect(asking.total.flops - plain.total.flops).toBeCloseTo(ofCandidates / 4, 6);
    expect(asking.total.activationBytes - plain.total.activationBytes).toBe(10 * 8 * 4);
    expect(
      stage(asks, `task c { from: s -> linear(3)  target: category("c", classes: 3)  weight: 0 }`).tasks[0]?.parts.find(
        ({ kind }) => kind === "candidates",
      )?.flops,
    ).toBe(ofCandidates / 4);
  });

  test("accumulates: the update is shared by more examples, its cost by example falls", () => {
    const update = (accumulate: number): number =>
      stageOf(
        `stage fit { optimizer: adam(rate: 0.1)  steps: 1  batch: 4  accumulate: ${accumulate} }`,
      ).tasks[0]?.parts.find(({ kind }) => kind === "update")?.flops ?? 0;
    expect(update(8) / update(2)).toBeCloseTo(2 / 8, 6);
  });

  test("has a cost for each turn of for_each", () => {
    const { stages } = costOf(sound(twoTasks(`stage fit { optimizer: adam(rate: 0.1)  steps: 1  for_each: task }`)));
    expect(stages.map(({ forTask, total }) => [forTask, total.parameters])).toEqual([
      ["a", trunk + headOfA],
      ["b", trunk + headOfB],
    ]);
  });
});

test("FLOPs of a prediction are those that one counts by hand", () => {
  const [a] = costOf(sound(twoTasks(""))).tasks;
  expect(a?.parts.map(({ name, flops }) => [name, flops])).toEqual([
    ["x", 0],
    ["s", 2 * 8 * 16 + 16 + 16],
    ["a", 2 * 16 * 3 + 3 + maskOfA],
  ]);
});

describe("a budget", () => {
  const [parameters, flops] = [trunk + headOfA, 2 * 8 * 16 + 32 + 2 * 16 * 3 + 3 + maskOfA];
  const withBudget = (budget: string): readonly string[] =>
    complaints(twoTasks("").replace("classes: 3)", `classes: 3)  budget: at_most(${budget})`));

  test.each(["parameters", "flops", "memory"] as const)("of %s may be used up and not exceeded", (measure) => {
    const [a] = costOf(sound(twoTasks(""))).tasks;
    if (!a) throw new Error("no task");
    const spent = { parameters, flops, memory: memoryOf(a.total) }[measure];
    expect(withBudget(`${measure}: ${spent}`)).toEqual([]);
    expect(withBudget(`${measure}: ${spent - 1}`)).toEqual(["over_budget"]);
  });

  test("of a stage is for what it trains", () => {
    const stages = (budget: number): string =>
      twoTasks(
        `stage first { optimizer: adam(rate: 0.1)  steps: 1 }  stage fit { optimizer: adam(rate: 0.1)  steps: 1  freeze: s  budget: at_most(${budget}) }`,
      );
    expect(complaints(stages(headOfA + headOfB))).toEqual([]);
    expect(complaints(stages(headOfA + headOfB - 1))).toEqual(["over_budget"]);
  });
});

test("units are thousands, and 1024s where they say so", () => {
  const param = (value: string): unknown =>
    sound(
      `model m  param p: number = ${value}  modality x: tensor(4)  task t { from: x -> linear(1)  target: number("y") }`,
    ).specification.params["p"];
  expect(["2M", "1.1k", "512MB", "1.5GiB", "7%", "25ms", "16kHz"].map(param)).toEqual([
    2_000_000,
    1100,
    512_000_000,
    1.5 * 1024 ** 3,
    0.07,
    0.025,
    16000,
  ]);
  expect(
    complaints(
      `model m  param p: number = 2Mb  modality x: tensor(4)  task t { from: x -> linear(1)  target: number("y") }`,
    ),
  ).toEqual(["unknown_choice"]);
});
