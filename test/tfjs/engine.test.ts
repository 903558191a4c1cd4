import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { TensorData } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { SMALL } from "../graph/transformer.ts";
import { feed, tryEngine } from "../onnx/support.ts";
import { trainingGraph } from "../onnx/training-graph.ts";

/** Products before the lookup, so that tensors are there when it fails. */
function lookup(): Graph {
  const builder = new GraphBuilder();
  const table = builder.input({ kind: "weight", weight: "table" }, { dtype: "float32", shape: [4, 4] });
  const ids = builder.input({ kind: "feature", feature: "ids" }, { dtype: "int32", shape: [3] });
  const product = builder.emit("matmul", [table, table], { transpose_a: true, transpose_b: false, scale: 1 });
  builder.output({ kind: "stream", stream: "rows" }, builder.emit("gather", [product, ids], { axis: 0 }));
  return builder.build("lookup");
}

function bytes(): Graph {
  const builder = new GraphBuilder();
  const x = builder.input({ kind: "random", site: "x" }, { dtype: "uint8", shape: [3] });
  builder.output({ kind: "prediction", name: "same" }, builder.emit("stop_gradient", [x], {}));
  return builder.build("bytes");
}

const tensors = (): number => tf.memory().numTensors;

for (const name of ["tfjs:wasm", "tfjs:cpu", "tfjs:node", "tfjs:node-gpu"] as const) {
  const engine = await tryEngine(name);
  describe.skipIf(typeof engine === "string")(typeof engine === "string" ? engine : name, () => {
    if (typeof engine === "string") return;
    afterAll(() => engine.dispose());

    it("leaves no tensor behind: in runs, when one fails, when it is disposed of", async () => {
      const before = tensors();
      const { graph, inputs } = trainingGraph(SMALL);
      const executable = await engine.load(graph);
      const failing = await engine.load(lookup());
      const loaded = tensors();
      for (let count = 0; count < 3; count++) {
        await executable.run(feed(graph, inputs));
        const run = failing.run(
          new Map<string, TensorData>([
            ["table", new Float32Array(16)],
            ["feature/ids", Int32Array.of(0, 9, 1)],
          ]),
        );
        await expect(run).rejects.toThrow("engine " + name + " could not run graph lookup");
        expect(tensors()).toBe(loaded);
      }
      await executable.dispose();
      await failing.dispose();
      expect(tensors()).toBe(before);
    });

    it("gives no buffer of the caller's as a result", async () => {
      const executable = await engine.load(bytes());
      const x = Uint8Array.of(0, 127, 255);
      const same = (await executable.run(new Map([["random/x", x]]))).get("prediction/same");
      x.fill(1);
      expect(same).toEqual(Uint8Array.of(0, 127, 255));
    });
  });
}

it("takes turns with an engine on another backend, though tfjs has one current backend in a process", async () => {
  const engines = [await openEngine({ engine: "tfjs:wasm" }), await openEngine({ engine: "tfjs:cpu" })];
  const { graph, inputs } = trainingGraph(SMALL);
  const executables = await Promise.all(engines.map((engine) => engine.load(graph)));
  const losses = await Promise.all(
    [...executables, ...executables].map(
      async (executable) => (await executable.run(feed(graph, inputs))).get("loss")?.[0] ?? Number.NaN,
    ),
  );
  for (const loss of losses) expect(loss).toBeCloseTo(losses[0] ?? Number.NaN, 5);
  for (const engine of engines) await engine.dispose();
});
