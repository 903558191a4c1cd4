import { describe, expect, it } from "vitest";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { print } from "../../compiler/graph/print.ts";
import { removeDeadCode } from "../../compiler/graph/remove-dead-code.ts";
import { built } from "./built.ts";

function sample({ deadNodes }: { readonly deadNodes: number }): Graph {
  return built("sample", (builder) => {
    const e = expressions(builder);
    const x = builder.input({ kind: "feature", feature: "x" }, { dtype: "float32", shape: [2, 8] });
    for (let index = 0; index < deadNodes; index++) e.exp(x);
    const shift = builder.emit("constant", [], {
      dtype: "float32",
      shape: [8],
      data: Float32Array.from({ length: 8 }, (_, index) => index),
    });
    const [y, mean] = builder.emitAll("layer_norm", [x, shift, shift], { epsilon: 0.5 });
    if (!y || !mean) throw new Error("layer_norm has three outputs");
    builder.output({ kind: "prediction", name: "y" }, y);
    builder.output({ kind: "prediction", name: "mean" }, mean);
  });
}

describe("the printer", () => {
  it("shows types, attributes in order and the start of a constant's data", () => {
    expect(print(sample({ deadNodes: 0 }))).toMatchInlineSnapshot(`
      "graph sample
        input %0: float32[2 × 8] = feature/x
        %1: float32[8] = constant() data=[0, 1, 2, 3, … 8] dtype=float32 shape=[8]
        %2: float32[2 × 8], %3: float32[2 × 1], %4: float32[2 × 1] = layer_norm(%0, %1, %1) epsilon=0.5
        output prediction/y = %2
        output prediction/mean = %3
      "
    `);
  });

  it("numbers values by their place, whatever their ids", () => {
    expect(print(removeDeadCode(sample({ deadNodes: 3 })))).toBe(print(sample({ deadNodes: 0 })));
  });

  it("says where a value is bound nowhere", () => {
    const graph = sample({ deadNodes: 0 });
    expect(print({ ...graph, nodes: graph.nodes.slice(1) })).toContain("%unbound(");
  });
});
