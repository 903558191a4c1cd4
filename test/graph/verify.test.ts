import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Graph, Node, Value } from "../../compiler/graph/graph.ts";
import { inferShapes } from "../../compiler/graph/ops/index.ts";
import { ShapeMismatch } from "../../compiler/graph/ops/shape-mismatch.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { caseGraphs } from "./cases.ts";

function sample(): Graph {
  const builder = new GraphBuilder();
  const x = builder.input({ kind: "feature", feature: "x" }, { dtype: "float32", shape: [2, 3] });
  const y = expressions(builder).exp(x);
  builder.output({ kind: "prediction", name: "y" }, expressions(builder).tanh(y));
  return builder.build("sample");
}

const kinds = (graph: Graph): readonly string[] => verify(graph).map((problem) => problem.kind);

function parts(graph: Graph): { readonly exp: Node; readonly tanh: Node; readonly x: Value } {
  const [exp, tanh] = graph.nodes;
  const [input] = graph.inputs;
  if (!exp || !tanh || !input) throw new Error("not the sample");
  return { exp, tanh, x: input.value };
}

describe("the verifier", () => {
  const graph = sample();
  const { exp, tanh, x } = parts(graph);

  it("finds nothing in a graph as built", () => {
    expect(verify(graph)).toEqual([]);
    for (const each of caseGraphs) expect(verify(each.graph), each.name).toEqual([]);
  });

  it("finds a value that is read before it is defined", () => {
    expect(verify({ ...graph, nodes: [tanh, exp] })).toEqual([
      { kind: "unbound_value", value: exp.outputs[0], node: 0 },
    ]);
  });

  it("finds an output that nothing defines", () => {
    expect(verify({ ...graph, nodes: [exp] })).toEqual([{ kind: "unbound_value", value: tanh.outputs[0] }]);
  });

  it("finds a value that is defined twice", () => {
    expect(verify({ ...graph, nodes: [exp, exp, tanh] })).toEqual([
      { kind: "doubly_bound_value", value: exp.outputs[0], node: 1 },
    ]);
  });

  it("finds two values with one id, whose names would clash in a lowering", () => {
    const clash = { ...tanh, outputs: tanh.outputs.map((output) => ({ ...output, id: x.id })) };
    expect(kinds({ ...graph, nodes: [exp, clash], outputs: [] })).toEqual(["shared_id"]);
  });

  it("finds a declared type that is not the derived one", () => {
    const wrong = { ...exp, outputs: exp.outputs.map((output) => ({ ...output, shape: [3, 2] })) };
    expect(verify({ ...graph, nodes: [wrong], outputs: [] })).toEqual([
      { kind: "ill_typed", node: 0, op: "exp", message: "gives float32[2 × 3], not float32[3 × 2]" },
    ]);
  });

  it("finds inputs that do not fit their op", () => {
    const wrong: Node = { ...exp, op: "logical_not" };
    expect(kinds({ ...graph, nodes: [wrong], outputs: [] })).toEqual(["ill_typed"]);
  });

  it("finds names that are used twice or are not their role's", () => {
    const [input] = graph.inputs;
    const [output] = graph.outputs;
    if (!input || !output) throw new Error("not the sample");
    const twin = { ...input, value: { ...input.value, id: 100 } };
    expect(verify({ ...graph, inputs: [input, twin] })).toEqual([
      { kind: "duplicate_name", of: "input", name: "feature/x" },
    ]);
    expect(verify({ ...graph, outputs: [output, output] })).toEqual([
      { kind: "duplicate_name", of: "output", name: "prediction/y" },
    ]);
    expect(verify({ ...graph, outputs: [{ ...output, name: "y" }] })).toEqual([
      { kind: "wrong_name", name: "y", expected: "prediction/y" },
    ]);
  });
});

describe("shape rules refuse", () => {
  const float = (...shape: readonly number[]) => ({ dtype: "float32" as const, shape });
  const int = (...shape: readonly number[]) => ({ dtype: "int32" as const, shape });
  const plain = { transpose_a: false, transpose_b: false, scale: 1 };

  it.each<readonly [string, () => unknown]>([
    ["shapes that do not broadcast", () => inferShapes("add", [float(2, 3), float(2)], {})],
    ["operands of two dtypes", () => inferShapes("add", [float(2), int(2)], {})],
    ["a missing operand", () => inferShapes("multiply", [float(2)], {})],
    [
      "arithmetic on flags",
      () =>
        inferShapes(
          "add",
          [
            { dtype: "bool", shape: [2] },
            { dtype: "bool", shape: [2] },
          ],
          {},
        ),
    ],
    ["a condition that is not bool", () => inferShapes("select", [float(2), float(2), float(2)], {})],
    ["inner dimensions that differ", () => inferShapes("matmul", [float(2, 3), float(4, 5)], plain)],
    ["leading dimensions that differ", () => inferShapes("matmul", [float(2, 3, 4), float(3, 4, 5)], plain)],
    ["a product of vectors", () => inferShapes("matmul", [float(3), float(3)], plain)],
    ["a left operand of lower rank", () => inferShapes("matmul", [float(3, 4), float(2, 4, 5)], plain)],
    ["a reshape to another size", () => inferShapes("reshape", [float(2, 3)], { shape: [5] })],
    ["a permutation that repeats an axis", () => inferShapes("transpose", [float(2, 3)], { permutation: [0, 0] })],
    ["a broadcast to fewer axes", () => inferShapes("broadcast_to", [float(2, 3)], { shape: [3] })],
    ["a broadcast of an axis that is not one", () => inferShapes("broadcast_to", [float(2)], { shape: [4] })],
    [
      "axes that are not ascending",
      () => inferShapes("reduce_sum", [float(2, 3)], { axes: [1, 0], keep_dimensions: false }),
    ],
    ["an axis outside", () => inferShapes("reduce_max", [float(2, 3)], { axes: [2], keep_dimensions: false })],
    ["no axes at all", () => inferShapes("reduce_mean", [float(2, 3)], { axes: [], keep_dimensions: false })],
    ["parts that differ beyond the axis", () => inferShapes("concat", [float(2, 3), float(3, 2)], { axis: 0 })],
    ["a slice that leaves its source", () => inferShapes("slice", [float(4)], { starts: [2], sizes: [3] })],
    ["negative padding", () => inferShapes("pad", [float(4)], { before: [-1], after: [0] })],
    ["indices that are not integers", () => inferShapes("gather", [float(4), float(2)], { axis: 0 })],
    ["one index too few", () => inferShapes("scatter_add", [int(2), float(3, 4)], { rows: 5 })],
    ["a scale of another width", () => inferShapes("layer_norm", [float(2, 3), float(2), float(3)], { epsilon: 1e-5 })],
    [
      "data of another size",
      () => inferShapes("constant", [], { dtype: "float32", shape: [3], data: new Float32Array(2) }),
    ],
    [
      "data of another type",
      () => inferShapes("constant", [], { dtype: "int32", shape: [2], data: new Float32Array(2) }),
    ],
  ])("%s", (_, infer) => {
    expect(infer).toThrow(ShapeMismatch);
  });

  it("with the op and both shapes", () => {
    expect(() => inferShapes("matmul", [float(2, 3), float(4, 5)], plain)).toThrow(
      "matmul(float32[2 × 3], float32[4 × 5]): the inner dimensions differ",
    );
  });
});
