import { afterAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { caseGraphs } from "../graph/cases.ts";
import { integers, uniform } from "../graph/random-data.ts";
import { distance, expected, runOnce, tryEngine } from "./support.ts";

for (const name of engineNames) {
  const engine = await tryEngine(name);
  describe.skipIf(typeof engine === "string")(typeof engine === "string" ? engine : `every op on ${name}`, () => {
    if (typeof engine === "string") return;
    afterAll(() => engine.dispose());
    it.each(caseGraphs)("$name", async ({ graph, inputs }) => {
      expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBeLessThan(1e-5);
    });

    // Pictures come as bytes and masks as flags; both are cut and moved before they become numbers.
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
      expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBe(0);
    });

    // Few rows are lowered to a product, many to `ScatterElements`; the cases have few.
    it.each([[64, 3], [65, 3], [300, 1]])("scatter_add into %i rows of %i × 2", async (rows, width) => {
      const builder = new GraphBuilder();
      const indices = builder.input({ kind: "feature", feature: "indices" }, { dtype: "int32", shape: [500] });
      const updates = builder.input({ kind: "feature", feature: "updates" }, { dtype: "float32", shape: [500, width, 2] });
      builder.output({ kind: "prediction", name: "sums" }, builder.emit("scatter_add", [indices, updates], { rows }));
      const graph = builder.build("scatter");
      const inputs = new Map([
        ["feature/indices", integers(1, [500], { below: rows })],
        ["feature/updates", uniform(2, [500, width, 2])],
      ]);
      expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBeLessThan(1e-5);
    });
  });
}
