import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { onnxModel } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import { encodeModel } from "../../compiler/lower/onnx/messages.ts";
import { quantised } from "../../compiler/lower/onnx/quantise.ts";
import { integers, uniform } from "../graph/random-data.ts";
import { expected } from "./support.ts";

/** Words by a table, a product, and scores of all words by the same table, as a language model has them. */
function wordModel(largest: number) {
  const [words, width] = [200, 64];
  const builder = new GraphBuilder();
  const ids = builder.input({ kind: "feature", feature: "ids" }, { dtype: "int32", shape: [4, 6] });
  const weight = (shape: readonly number[], seed: number) =>
    builder.emit("constant", [], {
      dtype: "float32",
      shape,
      data: Float32Array.from(uniform(seed, shape), (value) => value * largest),
    });
  const table = weight([words, width], 1);
  const embedded = builder.emit("gather", [table, ids], { axis: 0 });
  const plain = { transpose_a: false, transpose_b: false, scale: 1 };
  const hidden = builder.emit("matmul", [embedded, weight([width, width], 2)], plain);
  const turned = builder.emit("negate", [hidden], {});
  const scores = builder.emit("matmul", [turned, table], { ...plain, transpose_b: true });
  builder.output({ kind: "prediction", name: "scores" }, scores);
  const graph = builder.build("words");
  return { graph, inputs: new Map([["feature/ids", integers(3, [4, 6], { below: words })]]) };
}

describe.each([
  ["onnxruntime-node", native.InferenceSession, native.Tensor],
  ["onnxruntime-web", web.InferenceSession, web.Tensor],
])("weights of 8 bits, on %s", (_, sessions, tensors) => {
  // Products of the largest bytes would saturate 16 bits if weights were signed, on processors that add pairs of them.
  test.each([0.1, 1, 50])(
    "give what the weights give, within their rounding, for weights up to %d",
    async (largest) => {
      const { graph, inputs } = wordModel(largest);
      const model = onnxModel(graph, { operators: "standard" });
      const rounded = encodeModel(quantised(model));
      expect(rounded.length).toBeLessThan(0.35 * encodeModel(model).length);
      const session = await sessions.create(rounded, { executionProviders: ["cpu"] });
      const ids = new tensors("int32", Int32Array.from(inputs.get("feature/ids") ?? []), [4, 6]);
      const results = await session.run({ "feature/ids": ids });
      await session.release();
      const scores = results["prediction/scores"]?.data as Float32Array;
      const wanted = expected(graph, inputs).get("prediction/scores") ?? [];
      const size = Math.max(...Array.from(wanted, Math.abs));
      const farthest = Math.max(
        ...Array.from(wanted, (value, index) => Math.abs(value - (scores[index] ?? Number.NaN))),
      );
      expect(farthest / size).toBeLessThan(0.03);
      expect(farthest).toBeGreaterThan(0);
    },
  );
});

test("a model without large constant weights stays as it is", () => {
  const builder = new GraphBuilder();
  const x = builder.input({ kind: "feature", feature: "x" }, { dtype: "float32", shape: [4, 6] });
  builder.output({ kind: "prediction", name: "y" }, builder.emit("tanh", [x], {}));
  const model = onnxModel(builder.build("small"), { operators: "standard" });
  expect(quantised(model)).toEqual(model);
});
