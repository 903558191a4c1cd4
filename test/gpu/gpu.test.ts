import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sizes } from "../../bench/size.ts";
import { EngineUnavailable } from "../../runtime/engines/engine-errors.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { findChromium } from "../browser/chromium.ts";
import { caseGraphs } from "../graph/cases.ts";
import { convertedGraph } from "../graph/converted-graph.ts";
import { distance, expected, runOnce } from "../onnx/support.ts";
import { accelerators } from "./accelerators.ts";
import { checkAccelerators } from "./check-accelerators.ts";
import { PageEngine } from "./page-engine.ts";

const extent = {
  isChosen: (name: string) => name === "starter.mtl" || name === "matmul: attention scores",
  size: { ...sizes.small, layers: 1, length: 8 },
  repetitions: 1,
};
const quiet = (): void => {};
/** Bundling a page and starting a browser take long on a machine that does other work. */
const minutes = 60_000;

/** An engine whose results are one too large. */
function offByOne(engine: Engine): Engine {
  return {
    name: "off by one",
    updates: engine.updates,
    load: async (graph) => {
      const executable = await engine.load(graph);
      return {
        graph,
        overwrites: executable.overwrites,
        run: async (inputs, outputs) => {
          const results = await executable.run(inputs, outputs);
          return new Map([...results].map(([name, values]) => [name, values.map((value) => value + 1)]));
        },
        dispose: () => executable.dispose(),
      };
    },
    dispose: () => engine.dispose(),
  };
}

test(
  "the accelerated engines of this machine pass, and the table has a line for each, with the reason where one is missing",
  async () => {
    const { text, found, failures } = await checkAccelerators(accelerators, extent, quiet);
    expect(failures).toEqual([]);
    const lines = text.split("\n").filter((line) => line.startsWith("| "));
    for (const [index, { name }] of accelerators.entries()) {
      const [, cell, state] = lines[index + 2]?.split("|").map((each) => each.trim()) ?? [];
      expect(cell).toBe(name);
      expect(state).toMatch(/^(yes|no: .+)/);
      if (state?.startsWith("no")) expect(text).toMatch(new RegExp(`^${name}: .{20}`, "m"));
    }
    expect(found).toBe(lines.filter((line) => line.includes("| yes")).length);
  },
  5 * minutes,
);

test(
  "an engine that is found is checked, and one that computes something else fails with what it got wrong",
  async () => {
    const onnx = () => openEngine({ engine: "onnx", threads: 1 });
    const { text, found, failures } = await checkAccelerators(
      [
        { name: "right", open: async () => ({ engine: await onnx(), device: "a processor" }) },
        { name: "wrong", open: async () => ({ engine: offByOne(await onnx()) }) },
        {
          name: "absent",
          open: () => Promise.reject(new EngineUnavailable("absent", "it is not there", "Build one.")),
        },
      ],
      extent,
      quiet,
    );
    expect(found).toBe(2);
    expect(text).toMatch(
      /^\| right \| yes: a processor \| 1 of 1, within [\d.e-]+ \(matmul: attention scores\) \| 1 of 1 \| [\d.]+ ms; [\d.]+ ms on onnx:\w+ \|$/m,
    );
    expect(text).toMatch(/^\| absent \| no: it is not there \|/m);
    expect(text).toContain("absent: Build one.");
    expect(failures.slice(0, 2)).toEqual([
      expect.stringMatching(/^wrong, cases of ops: matmul: attention scores differs from the reference by /),
      expect.stringMatching(/^wrong, first steps of examples: starter\.mtl: loss 1 is .* on onnx:\w+$/),
    ]);
    expect(failures[2]).toMatch(/^wrong, step of the middle size: the losses of step 1 differ/);
    expect(text).toContain(failures[0]);
  },
  2 * minutes,
);

const chromium = findChromium();
describe.skipIf(chromium === undefined)("WebGPU in a page", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await PageEngine.open("swiftshader");
  }, 3 * minutes);
  afterAll(() => engine?.dispose());

  test.each(caseGraphs.filter((_, index) => index % 20 === 0))("$name", async ({ graph, inputs }) => {
    expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBeLessThan(1e-4);
  });

  test("integers and truth values become floats", async () => {
    const { graph, inputs } = convertedGraph();
    expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBe(0);
  });
});
