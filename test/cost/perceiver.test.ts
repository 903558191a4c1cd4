import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import type { ProgramCost } from "../../compiler/analysis/cost/cost.ts";
import { isOp } from "../../compiler/graph/is-op.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Program, compileProgram } from "../../compiler/program.ts";

const folder = join(packageRoot(), "test", "cost");

type Settings = Readonly<Record<string, string | number>>;

const costs = new Map<string, ProgramCost>();

/** Specifications of full size are counted as they are, each once. */
function costOfFile(name: string, set: Settings = {}): ProgramCost {
  const key = JSON.stringify([name, set]);
  const cost = costs.get(key) ?? costOf(programOfFile(name, set));
  costs.set(key, cost);
  return cost;
}

function programOfFile(name: string, set: Settings = {}): Program {
  const entry = join(folder, name);
  const { program, diagnostics } = compileProgram({
    entry,
    host: createNodeHost(),
    set: Object.fromEntries(Object.entries(set).map(([param, value]) => [param, String(value)])),
  });
  const serious = diagnostics.filter(({ severity }) => severity === "error");
  if (!program) throw new Error(serious.map(({ message }) => message).join("\n"));
  return program;
}

const io: Settings = { reads: 1, rounds: 8, readout: "query" };

describe("parameters of Perceiver on ImageNet, as published", () => {
  test.each<{ readonly name: string; readonly set: Settings; readonly parameters: number }>([
    { name: "8 reads and rounds that share weights", set: {}, parameters: 44_912_254 },
    { name: "without sharing", set: { sharing: "apart" }, parameters: 326_241_856 },
    { name: "4 reads alone", set: { reads: 4, layers: 0, sharing: "apart" }, parameters: 12_654_868 },
    { name: "8 reads alone", set: { reads: 8, layers: 0, sharing: "apart" }, parameters: 23_760_448 },
    { name: "12 reads alone", set: { reads: 12, layers: 0, sharing: "apart" }, parameters: 34_866_028 },
    { name: "Perceiver IO, Fourier features", set: io, parameters: 48_440_627 },
  ])("$name: $parameters", ({ set, parameters }) => {
    expect(costOfFile("perceiver_imagenet.mtl", set).parameters).toBe(parameters);
  });

  test.each([
    { reading: "learned_positions", millions: 62.3 },
    { reading: "convolution", millions: 48.6 },
  ])("Perceiver IO, $reading: $millions million", ({ reading, millions }) => {
    expect(costOfFile("perceiver_imagenet.mtl", { ...io, reading }).parameters / 1e6).toBeCloseTo(millions, 1);
  });

  test("parts", () => {
    const { tasks } = costOfFile("perceiver_imagenet.mtl", { ...io, rounds: 1, layers: 1 });
    const parts = new Map(tasks[0]?.parts.map(({ name, parameters }) => [name, parameters]));
    expect(Object.fromEntries(parts)).toEqual({
      pixels: 0,
      input: 0,
      start: 524_288,
      thought: 2_776_395,
      think: 6_301_696,
      answer: 7_329_768 - 1_025_000,
      label: 1_025_000,
    });
  });
});

describe("10⁹ FLOPs of one picture, at two for a multiply-add, within half a percent of the paper's", () => {
  const flops = (set: Settings): number => (costOfFile("perceiver_imagenet.mtl", set).tasks[0]?.total.flops ?? 0) / 1e9;
  const within = (actual: number, published: number): void =>
    expect(Math.abs(actual / published - 1)).toBeLessThan(0.005);

  test("8 reads, each with its own weights: 707.2", () => within(flops({ sharing: "apart" }), 707.2));
  test("one read and 48 self-attends: 407", () => within(flops(io), 407));

  test("reads that share weights make keys and values of the same pixels once", () => {
    // Six of seven shared reads find them made: two products of 50,176 × 261 by 261 × 261 each.
    const saved = flops({ sharing: "apart" }) - flops({});
    expect(saved / ((6 * 2 * 2 * 50_176 * 261 * 261) / 1e9)).toBeCloseTo(1, 1);
  });
});

describe("parameters of Perceiver on AudioSet, as published", () => {
  test.each([
    { readout: "mean", parameters: 20_971_636 },
    { readout: "query", parameters: 24_922_228 },
  ])("$readout: $parameters", ({ readout, parameters }) => {
    expect(costOfFile("perceiver_audioset.mtl", { readout }).parameters).toBe(parameters);
  });
});

describe("Perceiver IO for optical flow, 182,528 places in and out", () => {
  const { parameters, tasks } = costOfFile("perceiver_flow.mtl");

  test("has the released code's 41.05 million parameters", () =>
    expect(Math.abs(parameters / 1e6 - 41.05)).toBeLessThan(0.01));

  test("needs at its peak two matrices of 182,528 × 2048 attentions", () => {
    const matrices = (tasks[0]?.total.activationBytes ?? 0) / (4 * 182_528 * 2048);
    expect(matrices).toBeGreaterThan(2);
    expect(matrices).toBeLessThan(3);
  });
});

test("a budget finds that a model of full size is too large, at its place", () => {
  const text = readFileSync(join(folder, "perceiver_imagenet.mtl"), "utf8").replace(
    "epochs: 120",
    "epochs: 120\n  budget: at_most(memory: 1GB)",
  );
  const host = {
    ...createNodeHost(),
    readFile: (path: string): string | undefined => (path === "full.mtl" ? text : undefined),
  };
  const { diagnostics } = compileProgram({ entry: "full.mtl", host });
  expect(diagnostics.map(({ name, at }) => [name, text.slice(at.start, at.end)])).toEqual([["over_budget", "1GB"]]);
});

test("a graph of full size carries no table that it can derive, so that it is made in little memory", () => {
  const { nodes } = programOfFile("perceiver_imagenet.mtl").plan("fit").step("label");
  const constants = nodes.filter((node) => isOp(node, "constant")).map(({ attributes }) => attributes.data.byteLength);
  expect(constants.length).toBeGreaterThan(0);
  expect(constants.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(10_000);
});

describe("Perceiver IO's language model on bytes", () => {
  const { parameters, tasks, stages } = costOfFile("perceiver_io_bytes.mtl");

  test("has 201,108,230 parameters", () => expect(parameters).toBe(201_108_230));

  test("parts have those of the page", () => {
    const parts = Object.fromEntries((tasks[0]?.parts ?? []).map(({ name, parameters: count }) => [name, count]));
    expect(parts).toEqual({
      text: 0,
      bytes: 201_216,
      input: 1_572_864,
      start: 327_680,
      read: 6_434_816,
      thought: 26 * 7_219_712,
      asked: 1_572_864,
      answer: 3_286_016,
      fill: 262,
    });
  });

  test("Adam keeps two numbers for each", () => expect(stages[0]?.total.optimizerBytes).toBe(2 * 4 * 201_108_230));

  test("Perceiver IO++ has 425 million", () => {
    expect(costOfFile("perceiver_io_bytes.mtl", { width: 1536, layers: 40 }).parameters / 1e6).toBeCloseTo(425, -1);
  });
});
