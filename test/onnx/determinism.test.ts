import { afterAll, describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { Engine, TensorData } from "../../runtime/engines/engine.ts";
import { largeGraphs } from "./large-cases.ts";
import { type HostInputs, feed, tryEngine } from "./support.ts";
import { trainingGraph } from "./training-graph.ts";

const REPETITIONS = 20;
const engine = await tryEngine("onnx:native");

/** Everything that the graph gave, in each of several runs. */
async function repeat(
  on: Engine,
  graph: Graph,
  inputs: HostInputs,
): Promise<readonly ReadonlyMap<string, TensorData>[]> {
  const executable = await on.load(graph);
  const fed = feed(graph, inputs);
  const runs: ReadonlyMap<string, TensorData>[] = [];
  for (let run = 0; run < REPETITIONS; run++) runs.push(await executable.run(fed));
  await executable.dispose();
  return runs;
}

function bitsOf(run: ReadonlyMap<string, TensorData>): Buffer {
  return Buffer.concat(
    [...run.values()].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}

function differingRuns(runs: readonly ReadonlyMap<string, TensorData>[]): number {
  const [first, ...others] = runs.map(bitsOf);
  return others.filter((bits) => first?.equals(bits) !== true).length;
}

describe.skipIf(typeof engine === "string")(
  typeof engine === "string" ? engine : "the same bits in every run on two threads",
  () => {
    if (typeof engine === "string") return;
    afterAll(() => engine.dispose());

    it.each(largeGraphs)("$op", async ({ graph, inputs }) => {
      expect(differingRuns(await repeat(engine, graph, inputs))).toBe(0);
    });

    it("gradients of a transformer", async () => {
      const { graph, inputs } = trainingGraph({
        batch: 8,
        positions: 32,
        width: 64,
        heads: 4,
        layers: 2,
        words: 100,
        classes: 10,
      });
      expect(differingRuns(await repeat(engine, graph, inputs))).toBe(0);
    });
  },
);
