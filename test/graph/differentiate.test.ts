import { describe, expect, it } from "vitest";
import { differentiate } from "../../compiler/differentiate/differentiate.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { GraphInput, Shape, Value } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { optimise } from "../../compiler/passes/optimise.ts";
import { finiteDifferences, floatInputs, relativeError, withGradients } from "./gradient-check.ts";
import { interpret } from "./reference.ts";
import { SMALL, transformer } from "./transformer.ts";

function network() {
  const builder = new GraphBuilder();
  const e = expressions(builder);
  const weight = (name: string, shape: Shape = []): Value =>
    builder.input({ kind: "weight", weight: name }, { dtype: "float32", shape });
  return { builder, e, weight };
}

/** ∂loss/∂w at `data` for a loss of one weight `w`. */
function gradientAt(
  shape: Shape,
  data: readonly number[],
  loss: (tools: ReturnType<typeof network>, w: Value) => Value,
): readonly number[] {
  const tools = network();
  const w = tools.weight("w", shape);
  const [gradient] = differentiate(tools.builder, loss(tools, w), [w]);
  if (!gradient) throw new Error("the loss does not depend on w");
  tools.builder.output({ kind: "gradient", weight: "w" }, gradient);
  return [...(interpret(tools.builder.build("test"), new Map([["w", data]])).get("gradient/w") ?? [])];
}

describe("a two-layer transformer", () => {
  const { graph, inputs } = transformer(SMALL);
  const weights = floatInputs(graph);

  it("has the gradients of central differences for every weight, before and after the passes", () => {
    const plain = withGradients(graph, weights);
    const results = [interpret(plain, inputs), interpret(optimise(plain), inputs)];
    for (const { name } of weights) {
      const expected = finiteDifferences(graph, inputs, name);
      for (const result of results) {
        expect(relativeError(result.get(`gradient/${name}`) ?? [], expected), name).toBeLessThan(1e-6);
      }
    }
  });

  it("is well-formed after differentiation and after the passes", () => {
    const full = withGradients(graph, weights);
    expect(verify(full)).toEqual([]);
    expect(verify(optimise(full))).toEqual([]);
  });

  it("pays nothing backward for frozen layers", () => {
    const backwardNodes = (wrt: readonly GraphInput[]): number =>
      withGradients(graph, wrt).nodes.length - graph.nodes.length;
    const head = weights.filter(({ name }) => name.startsWith("head."));
    const deep = transformer({ ...SMALL, layers: 4 });
    const deepHead = floatInputs(deep.graph).filter(({ name }) => name.startsWith("head."));
    const deepBackward = withGradients(deep.graph, deepHead).nodes.length - deep.graph.nodes.length;
    expect(head).toHaveLength(2);
    expect(backwardNodes(head)).toBeLessThan(backwardNodes(weights) / 10);
    expect(deepBackward).toBe(backwardNodes(head));
    expect(backwardNodes([])).toBe(0);
  });

  it("emits no gradient node of a layer below the last trained one", () => {
    const last = weights.filter(({ name }) => name.startsWith("layers.1.down"));
    const added = withGradients(graph, last).nodes.slice(graph.nodes.length);
    expect(added.map((node) => node.origin?.path)).toContain("layers.1");
    expect(added.map((node) => node.origin?.path)).not.toContain("layers.0");
    expect(added.map((node) => node.op)).not.toContain("scatter_add");
  });
});

describe("reverse mode", () => {
  it("adds the gradients of a value that is read several times", () => {
    expect(gradientAt([], [3], ({ e }, w) => e.add(e.multiply(w, w), w))).toEqual([7]);
  });

  it("gives nothing for what the loss does not depend on", () => {
    const { builder, e, weight } = network();
    const used = weight("used");
    const unused = weight("unused");
    const [ofUsed, ofUnused] = differentiate(builder, e.multiply(used, used), [used, unused]);
    expect(ofUsed).toBeDefined();
    expect(ofUnused).toBeUndefined();
  });

  it("passes no gradient through stop_gradient", () => {
    expect(gradientAt([], [3], ({ builder, e }, w) => e.multiply(w, builder.emit("stop_gradient", [w], {})))).toEqual([
      3,
    ]);
  });

  it("gives nothing through argmax, comparisons and casts to integers", () => {
    const { builder, e, weight } = network();
    const w = weight("w", [3]);
    const asInteger = e.cast(e.cast(w, "int32"), "float32");
    const asFlag = e.cast(e.greater(w, 0), "float32");
    const place = e.cast(builder.emit("argmax", [w], { axis: 0 }), "float32");
    const loss = e.add(e.reduceSum(e.add(asInteger, asFlag), [0], "drop"), place);
    expect(differentiate(builder, loss, [w])).toEqual([undefined]);
  });

  it("gives the gradient of an intermediate", () => {
    const { builder, e, weight } = network();
    const middle = e.exp(weight("w"));
    const [gradient] = differentiate(builder, e.multiply(middle, middle), [middle]);
    if (!gradient) throw new Error("no gradient");
    builder.output({ kind: "scalar", name: "gradient" }, gradient);
    expect(interpret(builder.build("test"), new Map([["w", [0]]])).get("scalar/gradient")).toEqual(Float64Array.of(2));
  });

  it("shares the gradient of a maximum among equal ones", () => {
    const gradient = gradientAt([2, 3], [1, 5, 5, 4, 4, 4], ({ builder, e }, w) =>
      e.reduceSum(builder.emit("reduce_max", [w], { axes: [1], keep_dimensions: false }), [0], "drop"),
    );
    expect(gradient).toEqual([0, 1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3]);
  });

  it.each(["maximum", "minimum"] as const)("gives the gradient of %s to exactly one of two equal operands", (op) => {
    const { builder, e, weight } = network();
    const pair = [weight("a"), weight("b")] as const;
    const gradients = differentiate(builder, e[op](...pair), pair);
    for (const [index, gradient] of gradients.entries())
      if (gradient) builder.output({ kind: "scalar", name: `${index}` }, gradient);
    const results = interpret(
      builder.build("test"),
      new Map([
        ["a", [2]],
        ["b", [2]],
      ]),
    );
    expect([...results.values()].flatMap((values) => [...values])).toEqual([1, 0]);
  });

  it("puts the gradient of an embedding together by scatter_add", () => {
    const { builder, e, weight } = network();
    const table = weight("table", [4, 2]);
    const ids = builder.emit("constant", [], { dtype: "int32", shape: [3], data: Int32Array.of(2, 0, 2) });
    const rows = builder.emit("gather", [table, ids], { axis: 0 });
    const [gradient] = differentiate(builder, e.reduceSum(rows, [0, 1], "drop"), [table]);
    expect(builder.nodes.find((node) => gradient && node.outputs.includes(gradient))?.op).toBe("scatter_add");
  });

  it("refuses a loss that is not one number", () => {
    const { builder, weight } = network();
    const w = weight("w", [2]);
    expect(() => differentiate(builder, w, [w])).toThrow("float32[2]");
  });

  it("leaves the builder's origin as it was", () => {
    const { builder, e, weight } = network();
    const w = weight("w");
    const origin = { spans: [{ file: "a.mtl", start: 0, end: 1 }], path: "inner" };
    builder.origin = origin;
    const loss = e.exp(w);
    builder.origin = undefined;
    const before = builder.nodes.length;
    differentiate(builder, loss, [w]);
    expect(builder.origin).toBeUndefined();
    expect(
      builder.nodes
        .slice(before)
        .filter((node) => node.op === "multiply")
        .map((node) => node.origin),
    ).toEqual([origin]);
  });
});
