import { beforeAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { caseGraphs } from "../graph/cases.ts";
import { convertedGraph } from "../graph/converted-graph.ts";
import { movingGraph } from "../graph/moving-graph.ts";
import { distance, expected } from "../onnx/support.ts";
import { backends, runOnTfjs, useBackend } from "./support.ts";

describe.each(backends)("every op on tfjs: %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(caseGraphs)("$name", async ({ graph, inputs }) => {
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBeLessThan(1e-5);
  });

  // tfjs has no bytes: what does not fit has to wrap all the same.
  it.each(["int32", "float32"] as const)("wraps %s to a byte", async (dtype) => {
    const builder = new GraphBuilder();
    const x = builder.input({ kind: "feature", feature: "x" }, { dtype, shape: [6] });
    builder.output({ kind: "prediction", name: "byte" }, builder.emit("cast", [x], { dtype: "uint8" }));
    const graph = builder.build("wraps");
    const inputs = new Map([["feature/x", [-257, -1, 0, 255, 256, 1000]]]);
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBe(0);
  });

  it("divides integers towards zero, whatever their signs", async () => {
    const builder = new GraphBuilder();
    const [a, b] = ["a", "b"].map((feature) =>
      builder.input({ kind: "feature", feature }, { dtype: "int32", shape: [5] }),
    );
    if (!a || !b) throw new Error("two inputs");
    builder.output({ kind: "prediction", name: "quotient" }, builder.emit("divide", [a, b], {}));
    const graph = builder.build("divides");
    const inputs = new Map([
      ["feature/a", [7, -7, 7, -7, 0]],
      ["feature/b", [2, 2, -2, -2, 3]],
    ]);
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBe(0);
  });

  it.each(["uint8", "bool"] as const)("moves %s through every op that changes places only", async (dtype) => {
    const { graph, inputs } = movingGraph(dtype);
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBe(0);
  });

  it("converts integers, truth values and bytes to the floats that other ops compute with", async () => {
    const { graph, inputs } = convertedGraph();
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBe(0);
  });
});
