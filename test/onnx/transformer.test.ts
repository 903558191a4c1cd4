import { afterAll, describe, expect, it } from "vitest";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { SMALL } from "../graph/transformer.ts";
import { distance, expected, runOnce, tryEngine } from "./support.ts";
import { trainingGraph } from "./training-graph.ts";

for (const name of engineNames) {
  const engine = await tryEngine(name);
  describe.skipIf(typeof engine === "string")(
    typeof engine === "string" ? engine : `a transformer with its gradients on ${name}`,
    () => {
      if (typeof engine === "string") return;
      afterAll(() => engine.dispose());

      it.each([SMALL, { ...SMALL, batch: 4, positions: 16, width: 32, words: 70 }])(
        "agrees with the reference at width $width",
        async (shape) => {
          const { graph, inputs } = trainingGraph(shape);
          expect(distance(await runOnce(engine, graph, inputs), expected(graph, inputs))).toBeLessThan(2e-5);
        },
      );
    },
  );
}
