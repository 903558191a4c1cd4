import { afterAll, describe, expect, it } from "vitest";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { caseGraphs } from "../graph/cases.ts";
import { distance, expected, runOnce, tryEngine } from "./support.ts";

for (const name of engineNames) {
  const engine = await tryEngine(name);
  describe.skipIf(typeof engine === "string")(typeof engine === "string" ? engine : `every op on ${name}`, () => {
    if (typeof engine === "string") return;
    afterAll(() => engine.dispose());
    it.each(caseGraphs)("$name", async ({ graph, inputs }) => {
      expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBeLessThan(1e-5);
    });
  });
}
