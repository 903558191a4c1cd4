import { afterAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { caseGraphs } from "../graph/cases.ts";
import { movingGraph } from "../graph/moving-graph.ts";
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

    it.each(["uint8", "bool"] as const)("moves %s through every op that changes places only", async (dtype) => {
      const { graph, inputs } = movingGraph(dtype);
      expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBe(0);
    });

    // Few rows are lowered to a product, many to `ScatterElements`; the cases have few.
    it.each([
      [64, 3],
      [65, 3],
      [300, 1],
    ])("scatter_add into %i rows of %i × 2", async (rows, width) => {
      const builder = new GraphBuilder();
      const indices = builder.input({ kind: "feature", feature: "indices" }, { dtype: "int32", shape: [500] });
      const updates = builder.input(
        { kind: "feature", feature: "updates" },
        { dtype: "float32", shape: [500, width, 2] },
      );
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
