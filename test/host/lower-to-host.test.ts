import { describe, expect, test } from "vitest";
import type { OpName } from "../../compiler/graph/attributes.ts";
import type { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Graph, Shape, Value } from "../../compiler/graph/graph.ts";
import { hostOps } from "../../compiler/lower/host/host-ops.ts";
import { BLOCK } from "../../compiler/lower/host/loop-module.ts";
import { lowerToHost } from "../../compiler/lower/host/lower-to-host.ts";
import { HostExecutable } from "../../runtime/engines/host-executable.ts";
import { built } from "../graph/built.ts";
import { caseGraphs } from "../graph/cases.ts";
import { uniform } from "../graph/random-data.ts";
import { distance, expected, feed } from "../onnx/support.ts";

function hostExecutable(graph: Graph): HostExecutable {
  const program = lowerToHost(graph);
  if (!program) throw new Error(`${graph.name} is not for the host`);
  return new HostExecutable(program);
}

const weight = (builder: GraphBuilder, name: string, shape: Shape): Value =>
  builder.input({ kind: "weight", weight: name }, { dtype: "float32", shape });
const give = (builder: GraphBuilder, name: string, value: Value): void =>
  builder.output({ kind: "weight", weight: name }, value);

const lowered = caseGraphs.filter(({ graph }) => lowerToHost(graph) !== undefined);

test("what the host cannot do is left to the engine", () => {
  const ofOp = (op: OpName) =>
    caseGraphs.filter(({ graph }) => graph.nodes.some((node) => node.op === op) && lowerToHost(graph) !== undefined);
  expect(ofOp("matmul")).toEqual([]);
  expect(ofOp("transpose")).toEqual([]);
  // Integers and broadcasts along an axis; but sums over all elements.
  expect(ofOp("add").map(({ name }) => name)).toEqual(["add: same shape", "add: scalar first"]);
  expect(ofOp("reduce_sum").map(({ name }) => name)).toEqual(["reduce_sum: all"]);
});

test.each(lowered)("$name", async ({ graph, inputs }) => {
  expect(distance(await hostExecutable(graph).run(feed(graph, inputs)), expected(graph, inputs))).toBeLessThan(1e-6);
});

const elementwise = (Object.keys(hostOps) as OpName[]).filter((op) => typeof hostOps[op] !== "string");

describe.each([1, 2, 7, BLOCK, BLOCK + 5])("on %i elements", (size) => {
  test.each(elementwise)("%s, exact to the last bit", async (op) => {
    const graph = built(op, (builder) => {
      const e = expressions(builder);
      const operands = ["a", "b", "c"].map((name) => weight(builder, name, [size]));
      const count = hostOps[op] === "structure" || hostOps[op] === "engine" ? 0 : hostOps[op].number.length;
      const isLogical = op.startsWith("logical");
      const inputs = operands
        .slice(0, op === "select" ? 3 : Math.max(1, count))
        .map((value, index) =>
          isLogical || (op === "select" && index === 0) ? e.greater(value, 0) : op === "sqrt" ? e.abs(value) : value,
        );
      const result = builder.emit(op as "add", inputs, {});
      give(builder, "result", result.dtype === "bool" ? e.select(result, 1, 0) : result);
    });
    const inputs = new Map(["a", "b", "c"].map((name, seed) => [name, uniform(seed, [size], { low: -2, high: 2 })]));
    const [wanted = new Float64Array()] = expected(graph, inputs).values();
    const [given] = (await hostExecutable(graph).run(feed(graph, inputs))).values();
    expect(given).toEqual(Float32Array.from(wanted));
  });
});

/** w ← w − ratio·u with ratio = ‖w‖ ∕ ‖u‖ over rows first, as in layer-wise adaptive rates. */
function layerwise(shape: Shape): Graph {
  return built("layer-wise rate", (builder) => {
    const e = expressions(builder);
    const [w, m] = [weight(builder, "w", shape), weight(builder, "m", shape)];
    const norm = (x: Value) => e.sqrt(e.reduceSum(e.reduceSum(e.multiply(x, x), [1], "keep"), [0, 1], "drop"));
    const moment = e.add(e.multiply(m, 0.9), e.multiply(w, w));
    const step = e.divide(moment, e.add(e.sqrt(e.abs(moment)), 0.1));
    const ratio = e.select(e.greater(norm(w), 0), e.divide(norm(w), norm(step)), 1);
    give(builder, "w", e.subtract(w, e.multiply(step, ratio)));
    give(builder, "m", moment);
    give(builder, "ratio", ratio);
  });
}

describe.each<Shape>([
  [3, 5],
  [101, 97],
  [2, BLOCK],
])("sums over %i × %i", (...shape) => {
  const graph = layerwise(shape);
  const inputs = new Map([
    ["w", uniform(1, shape)],
    ["m", uniform(2, shape)],
  ]);

  test("are known before anything is written", async () => {
    expect(distance(await hostExecutable(graph).run(feed(graph, inputs)), expected(graph, inputs))).toBeLessThan(1e-6);
  });

  test("inputs may be overwritten, with the same bits as apart from them", async () => {
    const executable = hostExecutable(graph);
    const given = feed(graph, inputs);
    const apart = await executable.run(given);
    expect([...given.values()]).toEqual([...feed(graph, inputs).values()]);
    expect(await executable.run(given, given)).toEqual(apart);
    expect(given.get("w")).toEqual(apart.get("w"));
  });
});

test("refuses a buffer that does not fit", async () => {
  const executable = hostExecutable(layerwise([3, 5]));
  await expect(
    executable.run(
      new Map([
        ["w", new Float32Array(15)],
        ["m", new Float32Array(14)],
      ]),
    ),
  ).rejects.toThrow("m, which is float32[3 × 5]");
});
