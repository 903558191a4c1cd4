import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CompiledManifest, compileToFolder, evaluate, readCompiled, train } from "../../runtime/index.ts";
import { mtl } from "../cli/run.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { type Opened, type Values, feeds, graphOf } from "./by-manifest.ts";
import { openOnnx } from "./plain.ts";

/** A portable folder: what every runtime of ONNX can read, for any number of rows. */

const root = mkdtempSync(join(tmpdir(), "mtl-portable-"));
const batches = [1, 3, 8];
const python = process.env["PYTHON"] ?? "python3";
const isThere = spawnSync(python, ["-c", "import numpy, onnxruntime"]).status === 0;
let portable: CompiledManifest;
let run: string;
const folder = join(root, "portable");

beforeAll(async () => {
  ({ folder: run } = await train({
    specification: writeSmallModel(root),
    runs: join(root, "runs"),
    threads: 1,
    interrupt: new AbortController().signal,
  }));
  portable = await compileToFolder(folder, { source: run, portable: "float32" });
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("a portable folder has ONNX models without operators of ONNX Runtime", () => {
  expect(portable.operators).toBe("standard");
  for (const { onnx, tfjs } of portable.graphs) {
    expect(tfjs).toBeUndefined();
    expect(readFileSync(join(folder, onnx ?? "")).includes("com.microsoft")).toBe(false);
  }
});

describe.each([
  ["onnxruntime-node", native.InferenceSession, native.Tensor],
  ["onnxruntime-web", web.InferenceSession, web.Tensor],
])("the graphs that predict, on %s", (_, sessions, tensors) => {
  test.each([["hue"], ["traits"], ["strength"], ["hue", "traits", "strength"]])(
    "give for any number of rows what graphs of that number give: %s",
    async (...tasks) => {
      const graph = portable.graphs.find((each) => each.kind === "predict" && each.tasks.join() === tasks.join());
      if (!graph) expect.fail("there is no such graph");
      expect(graph.batch).toBe("any");
      const model = Uint8Array.from(readFileSync(join(folder, graph.onnx ?? "")));
      const session = await sessions.create(model, { executionProviders: ["cpu"] });
      for (const rows of batches) {
        const of = await fixed(rows, tasks);
        const inputs = feeds(of.graph, new Map(), 1);
        const fed = Object.fromEntries(
          of.graph.inputs.map(({ name, dtype, shape }) => [name, new tensors(dtype, inputs.get(name) as never, shape)]),
        );
        const results = await session.run(fed);
        for (const [name, values] of await of.run(inputs)) {
          expect(results[name]?.dims[0]).toBe(rows);
          expect(farthest(results[name]?.data as Values, values), name).toBeLessThan(1e-5);
        }
      }
      await session.release();
    },
  );
});

const opened = new Map<number, Promise<ReadonlyMap<string, Opened>>>();
afterAll(async () => {
  for (const graphs of opened.values()) for (const each of (await graphs).values()) await each.close();
});

/** The graph of these tasks that predicts a number of rows. */
async function fixed(rows: number, tasks: readonly string[]): Promise<Opened> {
  const graphs = opened.get(rows) ?? openFixed(rows);
  opened.set(rows, graphs);
  return (await graphs).get(tasks.join()) ?? expect.fail("there is no such graph");
}

async function openFixed(rows: number): Promise<ReadonlyMap<string, Opened>> {
  const path = join(root, `fixed-${rows}`);
  const { graphs } = await compileToFolder(path, { source: run, formats: ["onnx"], graphs: ["predict"], batch: rows });
  return new Map(
    await Promise.all(graphs.map(async (each) => [each.tasks.join(), await openOnnx(path, each)] as const)),
  );
}

function farthest(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  return Math.max(...Array.from(left, (value, index) => Math.abs(value - (right[index] ?? Number.NaN))));
}

const program = `
import json, sys, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
types = {"float32": numpy.float32, "int32": numpy.int32, "uint8": numpy.uint8}
for line in sys.stdin:
    given = {each["name"]: numpy.array(each["values"], types[each["dtype"]]).reshape(each["shape"]) for each in json.loads(line)}
    print(json.dumps([output.ravel().tolist() for output in session.run(None, given)]))
`;

test.skipIf(!isThere)(
  `they give in Python what they give here${isThere ? "" : ` (skipped: ${python} lacks numpy or onnxruntime; PYTHON= names one)`}`,
  async () => {
    const tasks = ["hue", "traits", "strength"];
    const graph = portable.graphs.find((each) => each.kind === "predict" && each.tasks.join() === tasks.join());
    const lines: string[] = [];
    const wanted: Values[][] = [];
    for (const rows of batches) {
      const of = await fixed(rows, tasks);
      const inputs = feeds(of.graph, new Map(), 1);
      const given = of.graph.inputs.map(({ name, dtype, shape }) => ({
        name,
        dtype,
        shape,
        values: [...(inputs.get(name) ?? [])],
      }));
      lines.push(JSON.stringify(given));
      wanted.push([...(await of.run(inputs)).values()]);
    }
    const printed = execFileSync(python, ["-c", program, join(folder, graph?.onnx ?? "")], {
      input: lines.join("\n"),
      encoding: "utf8",
    });
    const theirs = printed
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as number[][]);
    for (const [index, outputs] of wanted.entries())
      for (const [at, values] of outputs.entries())
        expect(farthest(theirs[index]?.[at] ?? [], values)).toBeLessThan(1e-5);
  },
);

test("weights of 8 bits predict nearly the same, and are measured beside those of 32", async () => {
  const wide = join(root, "wide");
  const specification = writeSmallModel(wide);
  writeFileSync(
    specification,
    readFileSync(specification, "utf8")
      .replace("width: int = 16", "width: int = 64")
      .replace("-> tanh", "-> tanh -> linear(width)"),
  );
  const options = { runs: join(wide, "runs"), threads: 1, interrupt: new AbortController().signal };
  const { folder: trained } = await train({ specification, ...options });
  const into = join(wide, "compiled");
  const { stdout, code } = await mtl([
    "compile",
    trained,
    "--portable",
    "--int8",
    "--graphs",
    "predict",
    "--output",
    into,
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/hue +accuracy +\d\.\d+ +\d\.\d+/);
  const { graphs, files, int8 } = await readCompiled(into);
  const measured = (await evaluate(trained, "validation")).filter(({ name }) => name !== "loss");
  expect(int8?.values.map(({ task, metric }) => `${task} ${metric}`)).toEqual(
    measured.map(({ task, name }) => `${task} ${name}`),
  );
  for (const [index, { float32, int8: rounded }] of (int8?.values ?? []).entries()) {
    expect(float32).toBeCloseTo(measured[index]?.value ?? Number.NaN, 5);
    expect(Math.abs(rounded - float32)).toBeLessThan(0.05);
  }
  expect(int8?.values.some(({ float32, int8: rounded }) => float32 !== rounded)).toBe(true);
  for (const { onnx, int8: rounded } of graphs) {
    expect(readFileSync(join(into, rounded ?? "")).includes("com.microsoft")).toBe(false);
    expect(files[rounded ?? ""]?.bytes).toBeLessThan(0.6 * (files[onnx ?? ""]?.bytes ?? 0));
  }
});

test("a number of rows that is asked for is that of the graphs", async () => {
  const { graphs } = await compileToFolder(join(root, "eight"), {
    source: run,
    portable: "float32",
    batch: 8,
    graphs: ["predict"],
    tasks: ["hue"],
  });
  expect(graphOf({ graphs } as CompiledManifest, "predict", "hue")).toMatchObject({ batch: 8 });
});
