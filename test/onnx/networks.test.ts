import { afterAll, describe, expect, test } from "vitest";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { uniform } from "../graph/random-data.ts";
import { graphOf, inputsOf } from "../prelude/network-graphs.ts";
import { distance, expected, runOnce, tryEngine } from "./support.ts";

/** Blocks that are made of slices, with their gradients: the same on every engine. */
const blocks = [
  ["max_pool(size: 3, stride: 2)", [5, 7, 2]],
  ["resnet(layers: [1, 1], width: 4, normalise: group_norm(groups: 2))", [13, 10, 3]],
  ["convnext(layers: [1, 1], width: 4)", [16, 8, 3]],
  ["as_tokens -> windows(length: 6, stride: 4)", [5, 4, 2]],
] as const;

for (const name of engineNames) {
  const engine = await tryEngine(name);
  describe.skipIf(typeof engine === "string")(typeof engine === "string" ? engine : `on ${name}`, () => {
    if (typeof engine === "string") return;
    afterAll(() => engine.dispose());
    test.each(blocks)("%s", async (expression, shape) => {
      const { graph } = graphOf(expression, shape);
      const inputs = inputsOf(graph, uniform(1, shape));
      expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBeLessThan(1e-4);
    });
  });
}
