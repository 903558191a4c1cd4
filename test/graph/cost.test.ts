import { describe, expect, it } from "vitest";
import type { OpName } from "../../compiler/graph/attributes.ts";
import { graphCost, nodeFlops } from "../../compiler/graph/cost.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import { sizeOf } from "../../compiler/graph/graph.ts";
import { isOp } from "../../compiler/graph/is-op.ts";
import { built } from "./built.ts";
import { caseGraphs } from "./cases.ts";
import { floatInputs, withGradients } from "./gradient-check.ts";
import { transformer } from "./transformer.ts";

const movements: ReadonlySet<OpName> = new Set<OpName>([
  "constant",
  "fill",
  "cast",
  "stop_gradient",
  "reshape",
  "transpose",
  "broadcast_to",
  "concat",
  "slice",
  "pad",
  "gather",
  "one_hot",
]);

describe("the cost of a graph", () => {
  it("counts a multiply-add twice and the movement of data not at all", () => {
    const graph = built("linear", (builder) => {
      const e = expressions(builder);
      const x = builder.input({ kind: "feature", feature: "x" }, { dtype: "float32", shape: [7, 5] });
      const kernel = builder.input({ kind: "weight", weight: "kernel" }, { dtype: "float32", shape: [5, 3] });
      builder.output({ kind: "prediction", name: "y" }, e.transpose(e.matmul(x, kernel), [1, 0]));
    });
    const cost = graphCost(graph);
    expect(cost.flops).toBe(2 * 7 * 5 * 3);
    expect(cost.inputBytes).toEqual(
      new Map([
        ["feature", 4 * 7 * 5],
        ["weight", 4 * 5 * 3],
      ]),
    );
    expect(cost.outputBytes).toBe(4 * 7 * 3);
  });

  it.each(caseGraphs.map((each) => [each.name, each.graph] as const))(
    "is nothing for what moves data and something for what computes: %s",
    (_, graph) => {
      for (const node of graph.nodes)
        expect(nodeFlops(node) > 0, node.op).toBe(
          !movements.has(node.op) && node.outputs.some(({ shape }) => sizeOf(shape) > 0),
        );
    },
  );

  it.each(
    caseGraphs
      .filter(({ graph }) => graph.nodes.some(({ op }) => op === "matmul"))
      .map((each) => [each.name, each.graph] as const),
  )("of a product is two for each element of the result and of its row: %s", (_, graph) => {
    for (const node of graph.nodes.filter((candidate) => isOp(candidate, "matmul"))) {
      const inner = node.inputs[0]?.shape.at(node.attributes.transpose_a ? -2 : -1) ?? Number.NaN;
      expect(nodeFlops(node)).toBe(2 * inner * sizeOf(node.outputs[0]?.shape ?? []));
    }
  });

  it("frees a result after its last reader", () => {
    const chain = (length: number) =>
      built("chain", (builder) => {
        const e = expressions(builder);
        let x = builder.input({ kind: "feature", feature: "x" }, { dtype: "float32", shape: [100] });
        for (let index = 0; index < length; index++) x = e.tanh(x);
        builder.output({ kind: "prediction", name: "y" }, x);
      });
    expect(graphCost(chain(9)).peakBytes).toBe(graphCost(chain(2)).peakBytes);
  });

  it("puts the products of a backward pass at twice those of the forward pass", () => {
    const { graph } = transformer({ batch: 8, positions: 16, width: 32, heads: 4, layers: 2, words: 50, classes: 5 });
    const products = (of: typeof graph): number => graphCost(of).flopsByOp.get("matmul") ?? 0;
    const full = products(withGradients(graph, floatInputs(graph)));
    expect(full / products(graph)).toBeGreaterThan(2.9);
    expect(full / products(graph)).toBeLessThan(3.1);
  });
});
