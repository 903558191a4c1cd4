import { beforeAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { caseGraphs } from "../graph/cases.ts";
import { integers } from "../graph/random-data.ts";
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
    const [a, b] = ["a", "b"].map((feature) => builder.input({ kind: "feature", feature }, { dtype: "int32", shape: [5] }));
    if (!a || !b) throw new Error("two inputs");
    builder.output({ kind: "prediction", name: "quotient" }, builder.emit("divide", [a, b], {}));
    const graph = builder.build("divides");
    const inputs = new Map([["feature/a", [7, -7, 7, -7, 0]], ["feature/b", [2, 2, -2, -2, 3]]]);
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBe(0);
  });

  it.each(["uint8", "bool"] as const)("moves %s through every op that changes places only", async (dtype) => {
    const builder = new GraphBuilder();
    const x = builder.input({ kind: "feature", feature: "x" }, { dtype, shape: [4, 6] });
    const indices = builder.input({ kind: "feature", feature: "indices" }, { dtype: "int32", shape: [2] });
    const moved = [
      builder.emit("reshape", [x], { shape: [2, 12] }),
      builder.emit("transpose", [x], { permutation: [1, 0] }),
      builder.emit("broadcast_to", [x], { shape: [3, 4, 6] }),
      builder.emit("concat", [x, x], { axis: 1 }),
      builder.emit("slice", [x], { starts: [1, 2], sizes: [2, 3] }),
      builder.emit("gather", [x, indices], { axis: 1 }),
      builder.emit("stop_gradient", [x], {}),
    ];
    for (const [index, value] of moved.entries()) builder.output({ kind: "prediction", name: `y${index}` }, value);
    const graph = builder.build("moves");
    const inputs = new Map([
      ["feature/x", integers(1, [4, 6], { below: dtype === "bool" ? 2 : 256 })],
      ["feature/indices", [5, 0]],
    ]);
    expect(distance(await runOnTfjs(graph, inputs), expected(graph, inputs))).toBe(0);
  });
});
